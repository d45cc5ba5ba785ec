// @vitest-environment happy-dom
// An open menu with live updates: these do not say that a daypart begins, so it is read again then.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LiveSubscription } from "../src/graphql/live-client.ts";
import { useMenu } from "../src/menu/use-menu.ts";
import { MENUS } from "./support/dayparts.ts";
import { answerOperations, openPage } from "./support/page.ts";

vi.mock("../src/graphql/live-client.ts", () => ({
  liveClient: () => ({
    subscribe({ onConnected }: LiveSubscription) {
      onConnected(true);
      return () => undefined;
    },
  }),
}));

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function Items() {
  const { data } = useMenu("de-1");
  const items = data?.menu?.categories.flatMap((category) => category.items) ?? [];
  return <p>{items.map(({ id }) => id).join(" ")}</p>;
}

async function wait(ms: number, times = 3) {
  for (let time = 0; time < times; time++) {
    await act(() => vi.advanceTimersByTimeAsync(ms).then(() => undefined));
  }
}

/** A menu that is open at a time of Berlin. */
async function open(clock: string) {
  vi.useFakeTimers({ now: Date.parse(`2026-05-04T${clock}+02:00`) });
  const operations = answerOperations(MENUS);
  page.show(<Items />);
  await wait(10);
  return operations;
}

it("has no breakfast any more a moment after that ends", async () => {
  const operations = await open("10:59:00");
  expect(page.root.textContent).toBe("muffin ring");
  await wait(15_000);
  expect(operations).toHaveLength(1);
  await wait(15_000);
  expect(page.root.textContent).toBe("ring");
});

it("is read again also where the clock of the device is some minutes early", async () => {
  await open("10:59:00");
  const { Menu } = MENUS;
  // The service has breakfast until it is eleven by its own clock.
  const late = "2026-05-04T10:59:59+02:00";
  const operations = answerOperations({ Menu: () => Menu?.({ at: late }) });
  await wait(60_000);
  expect(operations.length).toBe(1);
  expect(page.root.textContent).toBe("muffin ring");
  answerOperations(MENUS);
  await wait(90_000);
  expect(page.root.textContent).toBe("ring");
});

it("asks for nothing else while nothing begins, or nobody looks", async () => {
  const operations = await open("11:10:00");
  await wait(60 * 60_000);
  expect(operations).toHaveLength(1);
  const seen = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await wait(60 * 60_000);
  expect(operations).toHaveLength(1);
  seen.mockReturnValue("visible");
  await wait(15_000);
  expect(operations).toHaveLength(2);
});
