// Attempts, hedging, pauses and the budget of the published clients, with time in the test's hand.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Attempted,
  failOver,
  Memory,
  NoAnswerError,
  PATHS,
  TIMING,
} from "../clients/failover.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Case {
  name: string;
  /** What the attempts of each path come to, one after the other; the last stands for all that follow. */
  paths: Outcome[][];
  /** Path, and milliseconds after the first attempt. */
  attempts: [number, number][];
  answer?: string;
  no_answer?: { attempts: number; timed_out: boolean };
  cancelled?: number[];
  /** Milliseconds after the first attempt at which the last operation ended. */
  ended_ms?: number;
  /** Milliseconds after the last operation ended, and the order of paths then. */
  orders?: [number, number[]][];
  draw?: number;
  no_budget?: boolean;
  operations?: number;
  timeout_ms?: number;
}
type Outcome =
  | "good"
  | "bad"
  | "refusal"
  | "silent"
  | "unreachable"
  | { good_after_ms: number }
  | { bad_retry_after_s: number };

const file = new URL("../../tests/support/failover_cases.json", import.meta.url);
const CASES = JSON.parse(readFileSync(file, "utf-8")) as Case[];

const good = { value: "good", retryable: false };
const memoryOf = (random = 0.5) => new Memory(TIMING, () => random);

/** Attempts by what each path's come to, as a case writes it. */
function regions(...paths: Outcome[][]) {
  const made: { path: number; at: number; signal: AbortSignal }[] = [];
  const left = paths.map((outcomes) => [...outcomes]);
  const attempt = (path: number, signal: AbortSignal): Promise<Attempted<string>> => {
    made.push({ path, at: performance.now(), signal });
    const outcomes = left[path] ?? [];
    const outcome = (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? "silent";
    if (outcome === "unreachable") return Promise.reject(new TypeError(outcome));
    if (outcome === "silent") {
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason)),
      );
    }
    if (typeof outcome === "string") {
      return Promise.resolve({ value: outcome, retryable: outcome === "bad" });
    }
    if ("good_after_ms" in outcome) {
      return new Promise((done) => setTimeout(() => done(good), outcome.good_after_ms));
    }
    return Promise.resolve({
      value: "bad",
      retryable: true,
      retryAfterS: outcome.bad_retry_after_s,
    });
  };
  return { made, attempt };
}

/** Let fake time pass until a promise has settled, and not longer. */
async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  let result: PromiseSettledResult<T> | undefined;
  void Promise.allSettled([promise]).then(([one]) => {
    result = one;
  });
  await vi.advanceTimersByTimeAsync(0);
  while (!result) {
    await vi.advanceTimersToNextTimerAsync();
    await vi.advanceTimersByTimeAsync(0);
  }
  return result;
}

describe("failOver", () => {
  it.each(CASES)("by the cases of all clients: $name", async (one) => {
    const memory = memoryOf(one.draw);
    while (one.no_budget && memory.spend());
    const { attempt, made } = regions(...one.paths);
    for (let operation = 0; operation < (one.operations ?? 1); operation++) {
      const result = await settled(
        failOver(attempt, memory, { timeoutMs: one.timeout_ms ?? TIMING.timeoutMs }),
      );
      if (result.status === "fulfilled") {
        expect(result.value).toBe(one.answer);
      } else {
        expect(result.reason).toBeInstanceOf(NoAnswerError);
        expect(result.reason.attempts).toBe(one.no_answer?.attempts);
        expect(result.reason.timedOut).toBe(one.no_answer?.timed_out);
      }
    }
    const began = made[0]?.at ?? 0;
    expect(made.map(({ path, at }) => [path, Math.round(at - began)])).toEqual(one.attempts);
    if (one.ended_ms !== undefined) expect(performance.now() - began).toBe(one.ended_ms);
    const cancelled = made.filter(({ signal }) => signal.aborted).map(({ path }) => path);
    expect(cancelled.sort()).toEqual(one.cancelled ?? []);
    let passed = 0;
    for (const [later, order] of one.orders ?? []) {
      await vi.advanceTimersByTimeAsync(later - passed);
      passed = later;
      expect(memory.order()).toEqual(order);
    }
  });

  it("ends with the caller's signal", async () => {
    const abort = new AbortController();
    const { made, attempt } = regions(["silent"]);
    const answer = failOver(attempt, memoryOf(), { signal: abort.signal });
    abort.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
    expect(made[0]?.signal.aborted).toBe(true);
    await expect(failOver(attempt, memoryOf(), { signal: abort.signal })).rejects.toThrow("gone");
    expect(made).toHaveLength(1);
  });
});

describe("Memory", () => {
  it("bounds what retries add: 10 at once, and a tenth of all operations", async () => {
    // Without cooling, so that every operation meets the region that is lost.
    const memory = new Memory({ ...TIMING, coolMs: [0, 0] }, () => 1);
    let atOnce = 0;
    for (let number = 0; number < 100; number++) {
      const { attempt, made } = regions(["bad"], ["good"], ["good"]);
      const answer = failOver(attempt, memory);
      await vi.advanceTimersByTimeAsync(1);
      if (made.length > 1) atOnce++;
      await vi.advanceTimersByTimeAsync(700);
      expect(await answer).toBe("good");
    }
    expect(atOnce).toBe(20 - 1);
  });
});

it("has the paths of the edge", () => {
  expect(PATHS).toEqual(["/graphql", "/graphql/next", "/graphql/third"]);
});
