// The GraphQL client: reads by GET of persisted documents, which every edge may cache and fail over.
import { type CarteBody, carteSender } from "../../clients/carte.ts";
import { Memory, NoAnswerError } from "../../clients/failover.ts";
import { persistedIds, type TypedDocumentString } from "../generated/operations.ts";
import { type Answer, readAnswer } from "./answer.ts";

/** Why a request gave no usable data. `detail` is the server's message, in English. */
export type Failure =
  | { kind: "network" }
  | { kind: "timeout" }
  | { kind: "http"; status: number }
  | { kind: "graphql"; detail: string };

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
  const send = carteSender({
    documents: id ? { [id]: { document: query } } : {},
    headers: () => (place ? { "x-carte-place": place } : {}),
    // Revalidated each time, so that prices shown are current; the answer is often a 304.
    init: { cache },
    ...(fetching ? { fetch: fetching } : {}),
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
    return { ok: false, failure: { kind: "graphql", detail }, answer };
  }
  if (status < 200 || status > 299 || body?.data === undefined || body.data === null) {
    return { ok: false, failure: { kind: "http", status }, answer };
  }
  return { ok: true, data: body.data as T, answer };
}

/** The name in `query Menu(...) {`: gateways and logs group requests by it. */
export const operationName = (query: string): string | undefined =>
  /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1];
