// What is worth another attempt, and when that is made.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { callLater, mayPass, pauseAfter } from "../src/graphql/recovery.ts";
import { pretendBrowser } from "./support/browser.ts";

let browser: ReturnType<typeof pretendBrowser>;
beforeEach(() => {
  browser = pretendBrowser();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("tries again whatever is no answer of the service, unless it is too long for what stands before it", () => {
  for (const status of [200, 302, 400, 401, 403, 404, 405, 407, 408, 429, 451, 502, 511]) {
    expect(mayPass({ kind: "http", status }), String(status)).toBe(true);
  }
  for (const status of [413, 414, 431]) {
    expect(mayPass({ kind: "http", status }), String(status)).toBe(false);
  }
  const refused = { kind: "graphql", detail: "", code: "FORBIDDEN", retryable: false } as const;
  expect([mayPass(refused), mayPass({ ...refused, retryable: true })]).toEqual([false, true]);
});

it("pauses for at least as long as the answer wants", () => {
  expect(pauseAfter({ kind: "http", status: 403, retryAfterS: 120 }, 0)).toBe(120_000);
  expect(pauseAfter({ kind: "http", status: 403, retryAfterS: 1 }, 0)).toBeGreaterThan(2000);
  expect(pauseAfter({ kind: "network" }, 10)).toBeLessThan(40_000);
});

it("asks about once a minute where something in front of the service answers", () => {
  for (const random of [0, 0.5, 1]) {
    const pause = pauseAfter({ kind: "http", status: 403 }, 0, undefined, () => random);
    expect(pause).toBe(45_000 + 30_000 * random);
    expect(pauseAfter({ kind: "http", status: 503 }, 0, undefined, () => random)).toBeLessThan(
      4000,
    );
    expect(pauseAfter({ kind: "http", status: 403 }, 0, 0, () => random)).toBeLessThan(4000);
    // A busy gateway.
    expect(pauseAfter({ kind: "http", status: 429 }, 0, undefined, () => random)).toBeLessThan(
      4000,
    );
  }
});

it("is early when the network is back, and when the reader is unless a time was asked for", () => {
  const call = vi.fn();
  callLater(10_000, call);
  browser.emit("visibilitychange");
  expect(call).toHaveBeenCalledTimes(1);
  callLater(10_000, call, 8000);
  browser.emit("visibilitychange");
  expect(call).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(8000);
  browser.emit("visibilitychange");
  expect(call).toHaveBeenCalledTimes(2);
  callLater(10_000, call, 8000);
  browser.emit("online");
  expect(call).toHaveBeenCalledTimes(3);
  vi.advanceTimersByTime(20_000);
  browser.emit("visibilitychange");
  expect(call).toHaveBeenCalledTimes(3);
});
