// Attempts, hedging, pauses and the budget of the published clients, with time in the test's hand.
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

const good = { value: "good", retryable: false };
const bad = { value: "bad", retryable: true };
const memoryOf = (random = 0.5) => new Memory(TIMING, () => random);

/** Attempts whose outcome depends on the path: an answer, an error, or silence until aborted. */
function regions(...outcomes: (Attempted<string> | Error | "silent")[]) {
  const asked: { path: number; at: number; signal: AbortSignal }[] = [];
  const attempt = (path: number, signal: AbortSignal): Promise<Attempted<string>> => {
    asked.push({ path, at: performance.now(), signal });
    const outcome = outcomes[path];
    if (outcome instanceof Error) return Promise.reject(outcome);
    if (outcome && outcome !== "silent") return Promise.resolve(outcome);
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason)),
    );
  };
  const times = () => asked.map(({ path, at }) => [path, Math.round(at - (asked[0]?.at ?? 0))]);
  return { asked, attempt, times };
}

describe("failOver", () => {
  it("asks one region where one answers", async () => {
    const { attempt, times } = regions(good, good, good);
    expect(await failOver(attempt, memoryOf())).toBe("good");
    expect(times()).toEqual([[0, 0]]);
  });

  it.each([
    ["fails", bad],
    ["refuses connections", new TypeError("refused")],
  ])("asks the next region at once where one %s", async (_, outcome) => {
    const { attempt, times } = regions(outcome, good, good);
    expect(await failOver(attempt, memoryOf())).toBe("good");
    expect(times()).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it("asks two others beside a region that is silent, and lets go of it", async () => {
    const { asked, attempt, times } = regions("silent", "silent", good);
    const answer = failOver(attempt, memoryOf());
    await vi.advanceTimersByTimeAsync(2000);
    expect(await answer).toBe("good");
    expect(times()).toEqual([
      [0, 0],
      [1, 1000],
      [2, 2000],
    ]);
    expect(asked.slice(0, 2).every(({ signal }) => signal.aborted)).toBe(true);
  });

  it("takes the first region's answer if it comes before the other's", async () => {
    const { asked, attempt } = regions("silent", "silent", "silent");
    const late = (path: number, signal: AbortSignal) =>
      path === 0
        ? new Promise<Attempted<string>>((done) => setTimeout(() => done(good), 1300))
        : attempt(path, signal);
    const answer = failOver(late, memoryOf());
    await vi.advanceTimersByTimeAsync(1300);
    expect(await answer).toBe("good");
    expect(asked.map(({ path }) => path)).toEqual([1]);
    expect(asked[0]?.signal.aborted).toBe(true);
  });

  it("does not repeat an answer that every region would give", async () => {
    const { attempt, times } = regions({ value: "no", retryable: false }, good, good);
    expect(await failOver(attempt, memoryOf())).toBe("no");
    expect(times()).toHaveLength(1);
  });

  it("pauses longer after each round, and lets the last answer stand", async () => {
    const { attempt, times } = regions(bad, bad, bad);
    const answer = failOver(attempt, memoryOf(1));
    await vi.advanceTimersByTimeAsync(5000);
    expect(await answer).toBe("bad");
    expect(times().map(([, at]) => at)).toEqual([0, 0, 0, 1000, 1000, 1000]);
  });

  it("waits as long as all regions want it to", async () => {
    const busy = (retryAfterS: number) => ({ ...bad, retryAfterS });
    const { attempt, times } = regions(busy(3), busy(2), busy(4));
    failOver(attempt, memoryOf(0));
    await vi.advanceTimersByTimeAsync(2000);
    expect(times().map(([, at]) => at)).toEqual([0, 0, 0, 2000, 2000, 2000]);
  });

  it("says so when time is up without an answer", async () => {
    const { asked, attempt } = regions("silent", "silent", "silent");
    const answer = failOver(attempt, memoryOf(), { timeoutMs: 3000 });
    const refused = expect(answer).rejects.toThrow(NoAnswerError);
    await vi.advanceTimersByTimeAsync(3000);
    await refused;
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
  });

  it("ends with the caller's signal", async () => {
    const abort = new AbortController();
    const { asked, attempt } = regions("silent");
    const answer = failOver(attempt, memoryOf(), { signal: abort.signal });
    abort.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
    expect(asked[0]?.signal.aborted).toBe(true);
    await expect(failOver(attempt, memoryOf(), { signal: abort.signal })).rejects.toThrow("gone");
    expect(asked).toHaveLength(1);
  });
});

describe("Memory", () => {
  it("leaves a path alone that failed, for a while", async () => {
    const memory = memoryOf();
    const { attempt, asked } = regions(bad, good, good);
    await failOver(attempt, memory);
    await failOver(attempt, memory);
    expect(asked.map(({ path }) => path)).toEqual([0, 1, 1]);
    vi.advanceTimersByTime(7500);
    expect(memory.order()).toEqual([0, 1, 2]);
  });

  it("leaves a path alone that was silent while another answered", async () => {
    const memory = memoryOf();
    const answer = failOver(regions("silent", good, good).attempt, memory);
    await vi.advanceTimersByTimeAsync(1000);
    await answer;
    expect(memory.order()).toEqual([1, 2, 0]);
  });

  it("leaves a path alone for as long as Retry-After says", async () => {
    const memory = memoryOf();
    await failOver(regions({ ...bad, retryAfterS: 20 }, good, good).attempt, memory);
    vi.advanceTimersByTime(19_999);
    expect(memory.order()[0]).toBe(1);
    vi.advanceTimersByTime(1);
    expect(memory.order()[0]).toBe(0);
  });

  it("bounds what retries add: 10 at once, and a tenth of all operations", async () => {
    // Without cooling, so that every operation meets the region that is lost.
    const memory = new Memory({ ...TIMING, coolMs: [0, 0] }, () => 1);
    let atOnce = 0;
    for (let number = 0; number < 100; number++) {
      const { attempt, asked } = regions(bad, good, good);
      const answer = failOver(attempt, memory);
      await vi.advanceTimersByTimeAsync(1);
      if (asked.length > 1) atOnce++;
      await vi.advanceTimersByTimeAsync(700);
      expect(await answer).toBe("good");
    }
    expect(atOnce).toBe(20 - 1);
  });

  it("asks no region beside another without budget", async () => {
    const memory = memoryOf();
    while (memory.spend());
    const { attempt, asked } = regions("silent", good, good);
    failOver(attempt, memory, { timeoutMs: 9000 }).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(8000);
    expect(asked).toHaveLength(1);
  });
});

it("has the paths of the edge", () => {
  expect(PATHS).toEqual(["/graphql", "/graphql/next", "/graphql/third"]);
});
