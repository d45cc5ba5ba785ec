// Lets a client read its own writes after a failover: it repeats them where they may be missing. A region
// that is lost takes with it what it has not replicated yet, until it is back; a mutation that is repeated
// in another region, with the same `operationId`, is there at once and has one effect in the end.

/** How long a mutation is remembered; replication normally takes less than a second. */
export const KEPT_MS = 600_000;
/** How many are remembered; older ones are taken to have arrived everywhere. */
export const MOST = 20;
/** How long caches may show a registered read from before a write (docs/data.md). */
const CACHED_MS = 65_000;

export interface OwnWrite {
  /** The body of its request. */
  readonly body: string;
  readonly at: number;
  /** Names of the regions that acknowledged it, or that were asked and refused it. */
  readonly regions: Set<string>;
}

/** The last mutations of one client. */
export class OwnWrites {
  #writes: OwnWrite[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Remember a mutation that a region acknowledged; no region: the edge does not say which. */
  acknowledged(body: string, region: string | null): void {
    if (!region) return;
    this.#writes.push({ body, at: this.#now(), regions: new Set([region]) });
    this.#writes = this.#writes.slice(-MOST);
  }

  /** The mutations that a region may not have, oldest first. */
  missingIn(region: string | null): OwnWrite[] {
    const since = this.#now() - KEPT_MS;
    this.#writes = this.#writes.filter(({ at }) => at >= since);
    return region ? this.#writes.filter(({ regions }) => !regions.has(region)) : [];
  }

  /** Whether a cache may still show what stood before one of them. */
  areYoung(): boolean {
    const newest = this.#writes.at(-1);
    return newest !== undefined && this.#now() - newest.at < CACHED_MS;
  }
}

/**
 * Whether an answer to a mutation says that it was done.
 *
 * A mutation that was refused must not be repeated: another region might take it. A document that does
 * not select `errors` does not show that.
 */
export function isDone(body: { data?: unknown; errors?: unknown } | undefined): boolean {
  const data = body?.data;
  if (body?.errors || typeof data !== "object" || data === null) return false;
  return Object.values(data).every((payload: { errors?: unknown[] } | null) => {
    return payload !== null && !payload.errors?.length;
  });
}

/**
 * Whether a region may carry out later what it did not carry out now.
 *
 * That is so where the answer is none of GraphQL, where the token has to be renewed, and where others were
 * changing the same document (as far as `__typename` of `errors` is selected).
 */
export function mayPass(body: AnsweredBody | undefined): boolean {
  const { data, errors } = body ?? {};
  if (errors?.length)
    return errors.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED");
  if (typeof data !== "object" || data === null) return true;
  const payloads: ({ errors?: { __typename?: string }[] } | null)[] = Object.values(data);
  return payloads.some((one) =>
    one?.errors?.some(({ __typename }) => __typename === "TooBusyError"),
  );
}

interface AnsweredBody {
  data?: unknown;
  errors?: { extensions?: Record<string, unknown> }[];
}
