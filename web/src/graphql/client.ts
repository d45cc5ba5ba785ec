// The GraphQL client: reads by GET of persisted documents, which every edge may cache and fail over.
import { type CarteBody, type CarteSender, carteSender } from "../../clients/carte.ts";
import { Memory, NoAnswerError } from "../../clients/failover.ts";
import { persistedIds, type TypedDocumentString } from "../generated/operations.ts";
import { type Answer, readAnswer } from "./answer.ts";

/**
 * Why a request gave no usable data.
 *
 * `detail` is the server's message, in English: for logs, not for guests. `code` is that of the first error;
 * `retryable` says that the fault is the server's, so that the same request may succeed later.
 */
export type Failure =
  | { kind: "network" }
  | { kind: "timeout" }
  | { kind: "http"; status: number }
  | { kind: "graphql"; detail: string; code: string | undefined; retryable: boolean };

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

/**
 * Run one operation.
 *
 * Rejects only with the AbortError of `signal`, for a caller that no longer wants the answer;
 * every other failure is an Outcome. Partial data with errors counts as failed: no page here can be
 * shown with a part of its data.
 */
export async function request<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  options: RequestOptions = {},
): Promise<Outcome<T>> {
  const { signal, place, timeoutMs, fetch: fetching, memory = pageMemory } = options;
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
  const started = performance.now();
  try {
    const operation = { query, variables: variables as Record<string, unknown> };
    const { status, headers, body } = await send(
      { ...operation, operationName: name },
      { signal, timeoutMs },
    );
    const answer = readAnswer(headers, performance.now() - started);
    return interpret<T>(status, body, answer);
  } catch (error) {
    signal?.throwIfAborted();
    const timedOut = error instanceof NoAnswerError && error.timedOut;
    return { ok: false, failure: { kind: timedOut ? "timeout" : "network" }, answer: undefined };
  }
}

function interpret<T>(status: number, body: CarteBody | undefined, answer: Answer): Outcome<T> {
  const errors = Array.isArray(body?.errors) ? body.errors : [];
  if (errors.length > 0) {
    const detail = errors.map(({ message }) => String(message)).join(" · ");
    const said = errors.map(({ extensions }) => extensions);
    const code = said.map((one) => one?.code).find((one) => typeof one === "string");
    const retryable = said.some((one) => one?.retryable === true);
    return { ok: false, failure: { kind: "graphql", detail, code, retryable }, answer };
  }
  if (status < 200 || status > 299 || body?.data === undefined || body.data === null) {
    return { ok: false, failure: { kind: "http", status }, answer };
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
