// The GraphQL client: reads by GET of persisted documents, which every edge may cache and fail over.
import { persistedIds, type TypedDocumentString } from "../generated/operations.ts";
import { type Answer, readAnswer } from "./answer.ts";

/** Why a request gave no usable data. `detail` is the server's own words, in English. */
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
  fetch?: typeof fetch;
}

const ENDPOINT = "/graphql";
const ACCEPT = "application/graphql-response+json, application/json;q=0.9";
const TIMEOUT_MS = 12_000;

/**
 * Run one operation.
 *
 * Rejects only with the AbortError of `signal`, for a caller that no longer wants the answer;
 * every other trouble is an Outcome. Partial data with errors counts as failed: no page here
 * can be drawn from half of its data.
 */
export async function request<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  options: RequestOptions = {},
): Promise<Outcome<T>> {
  const { signal, place, timeoutMs = TIMEOUT_MS, fetch: send = fetch } = options;
  const query = document.toString();
  const deadline = AbortSignal.timeout(timeoutMs);
  const started = performance.now();
  try {
    const both = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const headers = { accept: ACCEPT, ...(place ? { "x-carte-place": place } : {}) };
    // Revalidated each time: who looks at a price sees the one that holds, often for a 304 only.
    const reading = { headers, signal: both, cache: "no-cache" } as const;
    let response = await send(persistedUrl(query, variables), reading);
    if (response.status === 404) {
      // A region of another version, which does not know the document yet or any more.
      response = await send(ENDPOINT, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ query, variables, operationName: operationName(query) }),
        signal: both,
      });
    }
    const body = parseBody(await response.text());
    const answer = readAnswer(response.headers, performance.now() - started);
    return interpret<T>(response.status, body, answer);
  } catch (error) {
    signal?.throwIfAborted();
    const timedOut = deadline.aborted || (error as Error).name === "TimeoutError";
    const failure: Failure = { kind: timedOut ? "timeout" : "network" };
    return { ok: false, failure, answer: undefined };
  }
}

const persistedUrl = (query: string, variables: unknown): string => {
  const id = persistedIds[operationName(query) ?? ""];
  return `${ENDPOINT}/persisted/${id}?variables=${encodeURIComponent(JSON.stringify(variables))}`;
};

interface Body {
  data?: unknown;
  errors?: { message?: unknown }[];
}

function parseBody(text: string): Body | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Body) : undefined;
  } catch {
    return undefined;
  }
}

function interpret<T>(status: number, body: Body | undefined, answer: Answer): Outcome<T> {
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
