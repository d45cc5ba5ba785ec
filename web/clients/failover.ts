// Repeats a GraphQL operation in another region: the order of attempts, hedging, pauses and the budget.

/**
 * The paths of a carte edge. Each leads to another region while all of them are healthy: the nearest
 * one, the next nearest, and the third. Repeating a mutation is safe, because every mutation carries
 * an `operationId` and has one effect in all regions, however often and wherever it arrives.
 */
export const PATHS = ["/graphql", "/graphql/next", "/graphql/third"] as const;
/** Index of the way by which registered documents are read, which the edge fails over itself. */
export const PERSISTED = PATHS.length;

/** What one attempt came to. */
export interface Attempted<T> {
  /** The answer, good or bad. */
  value: T;
  /** Whether the same request may succeed elsewhere or later. */
  retryable: boolean;
  /** Seconds for which the region that answered wants no request of this client. */
  retryAfterS?: number | undefined;
}

export interface Timing {
  /** Milliseconds without an answer after which another region is tried beside the first one. */
  hedgeAfterMs: number;
  /** Milliseconds after which an operation is given up. */
  timeoutMs: number;
  /** Rounds, an attempt by each path, after which the last bad answer stands. */
  rounds: number;
  /** Base and limit of the pause after each round; it is drawn at random. */
  pauseMs: readonly [number, number];
  /** Limits of the time for which a path that failed is not the first choice; drawn at random. */
  coolMs: readonly [number, number];
}

export const TIMING: Timing = {
  hedgeAfterMs: 1000,
  timeoutMs: 12_000,
  rounds: 2,
  pauseMs: [500, 4000],
  coolMs: [5000, 10_000],
};

/** Retry-After of an answer is believed up to this many seconds. */
const LONGEST_RETRY_AFTER_S = 30;
const BUDGET = 10;
const EARNED = 0.1;

/** An operation that no region answered. */
export class NoAnswerError extends Error {
  /**
   * The variables that were sent, each `operationId` included: a mutation may have been done, and is
   * repeated with these. Undefined where no client sent the operation.
   */
  variables: Record<string, unknown> | undefined;

  constructor(
    readonly attempts: number,
    /** Whether time was up; else every attempt failed, and `cause` is the failure of the last one. */
    readonly timedOut: boolean,
    cause: unknown,
  ) {
    super(`no region answered${timedOut ? " in time" : ""}, after ${attempts} attempts`, { cause });
    this.name = "NoAnswerError";
  }
}

/**
 * What a client remembers between operations: which paths failed lately, and how many attempts beyond
 * the first it may still make. Make one for each client and keep it.
 *
 * A path that failed is left alone for a few seconds, so that an outage costs a client one failed
 * attempt in that time and not one for each operation. The budget bounds what all its operations
 * add together: each earns a tenth of an attempt, so in the long run retries add 10 % to the load of
 * the regions that are left. Without budget no region is tried beside another, and a retry waits for
 * a pause.
 */
export class Memory {
  private readonly coolUntil: number[] = [...PATHS.map(() => 0), 0];
  private tokens = BUDGET;

  constructor(
    readonly timing: Timing = TIMING,
    private readonly random: () => number = Math.random,
    readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The paths by index, the best one first.
   *
   * @param reads whether the operation may go by `PERSISTED`: that is first unless it failed lately. After
   *   it, `/graphql` is the last of those that are well: it leads to the region that the edge tried first.
   */
  order(reads = false): number[] {
    const now = this.now();
    const wait = (path: number) => Math.max(0, (this.coolUntil[path] ?? 0) - now);
    const first = reads && wait(PERSISTED) === 0 ? [PERSISTED] : [];
    const rank = (path: number) => (first.length > 0 && path === 0 ? PATHS.length : path);
    const paths = PATHS.map((_, path) => path).sort(
      (one, other) => wait(one) - wait(other) || rank(one) - rank(other),
    );
    return [...first, ...paths];
  }

  begun(): void {
    this.tokens = Math.min(BUDGET, this.tokens + EARNED);
  }

  /** Whether one more attempt is within the budget; it is spent then. */
  spend(): boolean {
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  succeeded(path: number): void {
    this.coolUntil[path] = 0;
  }

  failed(path: number, retryAfterS = 0): void {
    const [least, most] = this.timing.coolMs;
    const cool = Math.max(least + this.random() * (most - least), retryAfterS * 1000);
    this.coolUntil[path] = this.now() + cool;
  }

  /** Milliseconds to pause after `rounds` rounds: at random up to a limit that doubles ("full jitter"). */
  pause(rounds: number, retryAfterS = 0): number {
    const [base, most] = this.timing.pauseMs;
    return Math.max(retryAfterS * 1000, this.random() * Math.min(most, base * 2 ** rounds));
  }
}

/**
 * Make attempts until one has an answer that another region would not better.
 *
 * @param attempt makes one attempt; a rejection counts as a region that cannot be reached. Its signal
 *   ends when another attempt was answered.
 * @returns the answer, or the last bad one when rounds are up or no attempt more fits into the time.
 * @throws NoAnswerError when there was no answer at all; the reason of `signal`.
 */
export function failOver<T>(
  attempt: (path: number, signal: AbortSignal) => Promise<Attempted<T>>,
  memory: Memory,
  {
    signal,
    reads = false,
    hedgeAfterMs = memory.timing.hedgeAfterMs,
    timeoutMs = memory.timing.timeoutMs,
  }: Limits = {},
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const order = memory.order(reads);
    const aborts = new Map<number, { path: number; abort: AbortController }>();
    let made = 0;
    let last: { value: T } | undefined;
    let cause: unknown;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    /** Seconds that regions wanted to be left alone for, in this round. */
    let retryAfters: number[] = [];

    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      clearTimeout(deadline);
      signal?.removeEventListener("abort", aborted);
      for (const { abort } of aborts.values()) abort.abort();
      settle();
    };
    const aborted = () => end(() => reject(signal?.reason));
    const giveUp = (timedOut: boolean) =>
      end(() => (last ? resolve(last.value) : reject(new NoAnswerError(made, timedOut, cause))));
    const until = memory.now() + timeoutMs;
    const deadline = setTimeout(() => {
      for (const { path } of aborts.values()) memory.failed(path);
      giveUp(true);
    }, timeoutMs);

    const next = (afterMs: number, start: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(start, afterMs);
    };
    /**
     * After a failure: the next path at once, and after each round a pause. A pause that would last to
     * the deadline is not begun: no attempt could follow it.
     */
    const again = () => {
      const round = made % order.length === 0;
      if (made >= memory.timing.rounds * order.length) {
        clearTimeout(timer);
        if (aborts.size === 0) giveUp(false);
        return;
      }
      if (round || !memory.spend()) {
        const wanted = round && retryAfters.length > 0 ? Math.min(...retryAfters) : 0;
        if (round) retryAfters = [];
        const pause = memory.pause(made / order.length, wanted);
        if (memory.now() + pause < until) {
          next(pause, start);
          return;
        }
        clearTimeout(timer);
        if (aborts.size === 0) giveUp(false);
      } else {
        start();
      }
    };
    /** There was no answer for a while: try another region beside the one that is silent. */
    const hedge = () => {
      if (made < order.length && memory.spend()) start();
    };
    const start = () => {
      const path = order[made % order.length] ?? 0;
      const number = ++made;
      const abort = new AbortController();
      aborts.set(number, { path, abort });
      next(hedgeAfterMs, hedge);
      attempt(path, abort.signal).then(
        (result) => {
          aborts.delete(number);
          if (ended) return;
          if (!result.retryable) {
            memory.succeeded(path);
            // What began earlier and is still silent is slower than another region.
            for (const [earlier, one] of aborts) {
              if (earlier < number && one.path !== path) memory.failed(one.path);
            }
            end(() => resolve(result.value));
            return;
          }
          last = { value: result.value };
          const wanted = Math.min(result.retryAfterS ?? 0, LONGEST_RETRY_AFTER_S);
          if (wanted) retryAfters.push(wanted);
          memory.failed(path, wanted);
          again();
        },
        (error: unknown) => {
          aborts.delete(number);
          if (ended) return;
          cause = error;
          memory.failed(path);
          again();
        },
      );
    };

    if (signal?.aborted) {
      aborted();
      return;
    }
    signal?.addEventListener("abort", aborted, { once: true });
    memory.begun();
    start();
  });
}

export interface Limits {
  /** Whether the operation may go by `PERSISTED`. */
  reads?: boolean | undefined;
  signal?: AbortSignal | undefined;
  hedgeAfterMs?: number | undefined;
  timeoutMs?: number | undefined;
}
