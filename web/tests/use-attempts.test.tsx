// @vitest-environment happy-dom
// What failed is attempted again by itself: less often each time, never once it succeeded or is no longer wanted.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Attempts, useAttempts } from "../src/graphql/use-attempts.ts";
import { openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
let outcomes: boolean[];
let signals: AbortSignal[];
let inputs: string[];
let attempts: Attempts;
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  page = openPage();
  outcomes = [];
  signals = [];
  inputs = [];
});
afterEach(() => {
  page.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function Part({ input }: { input: string }) {
  attempts = useAttempts(
    async (signal) => {
      signals.push(signal);
      inputs.push(input);
      return outcomes.shift() ?? true;
    },
    [input],
  );
  return <p>{attempts.failed ? "failed" : ""}</p>;
}
async function pass(milliseconds: number) {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
  // What an attempt that began then has for an outcome.
  await act(async () => {
    await vi.advanceTimersByTimeAsync(0);
  });
}

it("attempts again after pauses that grow, says so meanwhile, and ends with a success", async () => {
  outcomes = [false, false, true];
  page.show(<Part input="a" />);
  await pass(0);
  expect(page.root.textContent).toBe("failed");
  await pass(2999);
  expect(signals).toHaveLength(1);
  await pass(1);
  expect(signals).toHaveLength(2);
  expect(page.root.textContent).toBe("failed");
  await pass(5999);
  expect(signals).toHaveLength(2);
  await pass(1);
  expect(signals).toHaveLength(3);
  expect(page.root.textContent).toBe("");
  await pass(3_600_000);
  dispatchEvent(new Event("online"));
  await pass(0);
  expect(signals).toHaveLength(3);
});

it("attempts again when the network is back and when it is told to, after short pauses again", async () => {
  outcomes = [false, false, true, false];
  page.show(<Part input="a" />);
  await pass(0);
  dispatchEvent(new Event("online"));
  await pass(0);
  expect(signals).toHaveLength(2);
  act(() => attempts.again());
  await pass(0);
  expect(signals).toHaveLength(3);
  // The pause that was under way is over with what it waited for.
  await pass(3_600_000);
  expect(signals).toHaveLength(3);
  act(() => attempts.again());
  await pass(0);
  expect(page.root.textContent).toBe("failed");
  await pass(3000);
  expect(signals).toHaveLength(5);
});

it("ends an attempt and its repetition when the inputs change or the page is left", async () => {
  outcomes = [false, false];
  page.show(<Part input="a" />);
  await pass(0);
  page.show(<Part input="b" />);
  await pass(0);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(inputs).toEqual(["a", "b"]);
  page.show(null);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  dispatchEvent(new Event("online"));
  await pass(3_600_000);
  expect(signals).toHaveLength(2);
});
