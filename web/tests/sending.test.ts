// A change that is under way when its page is left is finished, and not sent once more; how often it is repeated.
import { beforeEach, expect, it, vi } from "vitest";
import type { CarteAnswer } from "../clients/carte.ts";
import { MarkOrderReadyDocument } from "../src/generated/board.ts";
import { sendUntilAnswered } from "../src/orders/sending.ts";
import { pretendBrowser } from "./support/browser.ts";

beforeEach(() => {
  pretendBrowser();
  return () => vi.unstubAllGlobals();
});

const variables = { input: { operationId: "1", orderId: "a" } };
const answered = { data: { markOrderReady: { order: null, errors: [] } } };

/** Send, have the page left while the first attempt is under way, and have that one answered. */
async function leftWhileSent(finishAttempt: boolean, status: number) {
  const controller = new AbortController();
  const signals: (AbortSignal | undefined)[] = [];
  let respond = (_: CarteAnswer) => {};
  const outcome = sendUntilAnswered(MarkOrderReadyDocument, variables, {
    signal: controller.signal,
    finishAttempt,
    onRepeat: () => undefined,
    send: (_, limits) => {
      signals.push(limits?.signal);
      return new Promise((resolve) => {
        respond = resolve;
      });
    },
  });
  const settled = outcome.then(
    ({ ok }) => ok,
    (error: Error) => error.name,
  );
  controller.abort();
  respond({
    status,
    headers: new Headers(),
    body: status === 200 ? answered : undefined,
    variables: {},
  });
  return { settled: await settled, sent: signals.length, ended: signals[0]?.aborted === true };
}

it("waits for the attempt that is under way", async () => {
  expect(await leftWhileSent(true, 200)).toEqual({ settled: true, sent: 1, ended: false });
});

it("ends after an attempt that failed", async () => {
  expect(await leftWhileSent(true, 503)).toEqual({ settled: "AbortError", sent: 1, ended: false });
});

it("ends the attempt where the guest stops it", async () => {
  expect(await leftWhileSent(false, 503)).toMatchObject({ settled: "AbortError", ended: true });
});

it("sends again what an edge says that no region answered in time", async () => {
  vi.useFakeTimers();
  const late = { errors: [{ message: "late", extensions: { code: "ORIGIN_TIMEOUT" } }] };
  const answers = [
    { status: 504, body: late },
    { status: 502, body: late },
    { status: 200, body: answered },
  ];
  const repeated = vi.fn();
  const outcome = sendUntilAnswered(MarkOrderReadyDocument, variables, {
    signal: new AbortController().signal,
    onRepeat: repeated,
    send: async () => {
      const { status = 0, body } = answers.shift() ?? {};
      return { status, headers: new Headers(), body, variables: {} };
    },
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await outcome).toMatchObject({ ok: true });
  expect(repeated).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});

it("says so where something in front of the service answers three times in a row", async () => {
  vi.useFakeTimers();
  const statuses = [403, 403, 429, 403, 407, 403, 200];
  const sent: unknown[] = [];
  const outcome = sendUntilAnswered(MarkOrderReadyDocument, variables, {
    signal: new AbortController().signal,
    onRepeat: () => undefined,
    send: async (operation) => {
      sent.push(operation.variables);
      const status = statuses.shift() ?? 0;
      return { status, headers: new Headers(), body: undefined, variables: {} };
    },
  });
  await vi.advanceTimersByTimeAsync(150_000);
  expect(await outcome).toMatchObject({ ok: false, failure: { kind: "http", status: 403 } });
  expect(statuses).toEqual([200]);
  expect(sent).toEqual(Array(6).fill(variables));
  vi.useRealTimers();
});
