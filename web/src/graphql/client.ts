// The GraphQL client: reads by GET of persisted documents, which every edge may cache and fail over.
import {
  type CarteBody,
  type CarteSender,
  carteSender,
  isRetryableStatus,
  retryAfterOf,
} from "../../clients/carte.ts";
import { Memory, NoAnswerError } from "../../clients/failover.ts";
import { persistedIds, type TypedDocumentString } from "../generated/operations.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Failure } from "./failure.ts";
import { keptByWorker } from "./kept-by-worker.ts";
import { mayPass } from "./recovery.ts";

export type { Failure };

export type Outcome<T> =
  | { ok: true; data: T; answer: Answer }
  | { ok: false; failure: Failure; answer: Answer | undefined };

export interface RequestOptions {
  signal?: AbortSignal;
  /** The `x-carte-place` header. */
  place?: string | undefined;
  timeoutMs?: number;
  /** How the browser's own cache is used. Without it, what it has is revalidated. */
  cache?: RequestCache;
  fetch?: typeof fetch;
  /** Called before each attempt after the first. */
  onRepeat?: (() => void) | undefined;
  /** What sends the operation; by default a sender of the page's own, without a token. */
  send?: CarteSender | undefined;
  /** What is remembered of paths that failed; the page's own unless a test has another. */
  memory?: Memory;
}

const pageMemory = new Memory();
/** Retry-After of an answer is believed up to this many seconds: so long firewalls block an address that sent too many requests. */
const LONGEST_RETRY_AFTER_S = 300;

/**
 * Run one operation.
 *
 * Rejects only with the AbortError of `signal`, for a caller that no longer wants the answer;
 * every other failure is an Outcome. A read that no region answers well has the answer that the service
 * worker kept of an earlier one, marked with its time, where there is one. Partial data with errors counts as failed: no page here can be
 * shown with a part of its data.
 */
export async function request<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  options: RequestOptions = {},
): Promise<Outcome<T>> {
  const { signal, place, fetch: fetching, memory = pageMemory } = options;
  const { cache = "no-cache" } = options;
  const query = document.toString();
  const name = operationName(query);
  const id = persistedIds[name ?? ""];
  const send =
    options.send ??
    carteSender({
      documents: id ? { [id]: { document: query } } : {},
      headers: () => (place ? { "x-carte-place": place } : {}),
      // Revalidated each time, so that prices shown are current; the answer is often a 304.
      init: { cache },
      fetch: counted(fetching ?? fetch, options.onRepeat),
      memory,
    });
  const outcome = await sent<T>(send, { query, variables, operationName: name }, options);
  if (outcome.ok || !mayPass(outcome.failure) || !id || options.send) return outcome;
  const kept = await keptByWorker(id, variables);
  if (!kept) return outcome;
  signal?.throwIfAborted();
  const answer = { ...readAnswer(kept.headers, 0), keptBecause: outcome.failure };
  const earlier = interpret<T>(kept, await kept.json().catch(() => undefined), answer);
  return earlier.ok ? earlier : outcome;
}

async function sent<T>(
  send: CarteSender,
  operation: { query: string; variables: unknown; operationName: string | undefined },
  { signal, timeoutMs }: RequestOptions,
): Promise<Outcome<T>> {
  const started = performance.now();
  try {
    const answered = await send(
      { ...operation, variables: operation.variables as Record<string, unknown> },
      { signal, timeoutMs },
    );
    const answer = readAnswer(answered.headers, performance.now() - started);
    return interpret<T>(answered, answered.body, answer);
  } catch (error) {
    signal?.throwIfAborted();
    const timedOut = error instanceof NoAnswerError && error.timedOut;
    return { ok: false, failure: { kind: timedOut ? "timeout" : "network" }, answer: undefined };
  }
}

function interpret<T>(
  { status, headers }: Pick<Response, "status" | "headers">,
  body: CarteBody | undefined,
  answer: Answer,
): Outcome<T> {
  const retryAfterS = Math.min(retryAfterOf(headers), LONGEST_RETRY_AFTER_S) || undefined;
  const errors = Array.isArray(body?.errors) ? body.errors : [];
  if (errors.length > 0) {
    const detail = errors.map(({ message }) => String(message)).join(" · ");
    const extensionsOfErrors = errors.map(({ extensions }) => extensions);
    const code = extensionsOfErrors.map((one) => one?.code).find((one) => typeof one === "string");
    // An edge that no region answered says so by its status, in the shape of a GraphQL response.
    const retryable =
      isRetryableStatus(status) || extensionsOfErrors.some((one) => one?.retryable === true);
    return {
      ok: false,
      failure: { kind: "graphql", detail, code, retryable, retryAfterS },
      answer,
    };
  }
  if (status < 200 || status > 299 || body?.data === undefined || body.data === null) {
    return { ok: false, failure: { kind: "http", status, retryAfterS }, answer };
  }
  return { ok: true, data: body.data as T, answer };
}

/** A fetch that reports each call after the first. */
function counted(fetching: typeof fetch, onRepeat: (() => void) | undefined): typeof fetch {
  let calls = 0;
  return (...given) => {
    if (calls++ > 0) onRepeat?.();
    return fetching(...given);
  };
}

/** The name in `query Menu(...) {`: gateways and logs group requests by it. */
export const operationName = (query: string): string | undefined =>
  /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1];
