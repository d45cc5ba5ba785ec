// Sends GraphQL operations to carte: reads of registered documents by GET, everything else by POST, and
// each of them again in another region where one fails. Needs no GraphQL library.
import { hasMutation, operationsOf } from "./documents.ts";
import { type Attempted, failOver, Memory, NoAnswerError, PATHS, PERSISTED } from "./failover.ts";
import { isDone, mayPass, OwnWrites } from "./ownWrites.ts";

export interface CarteOperation {
  /** The document's text. */
  query: string;
  variables?: Record<string, unknown> | undefined;
  operationName?: string | undefined;
}

export interface CarteAnswer {
  status: number;
  headers: Headers;
  /** The GraphQL response; undefined where a gateway answered with something else. */
  body: CarteBody | undefined;
  /** The variables that were sent, each `operationId` included: repeat a mutation with these. */
  variables: Record<string, unknown>;
}

/** An answer of one region. */
type Received = Omit<CarteAnswer, "variables">;

export interface CarteBody {
  data?: unknown;
  errors?: { message?: unknown; extensions?: Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
}

export interface CarteOptions {
  /** The edge, without a path: `https://menus.example.com`; empty: where the page came from. */
  url?: string;
  /** The registered documents: the content of carte's `graphql_schema/persisted.json`. */
  documents?: Readonly<Record<string, { document: string }>>;
  /** Headers of every request, such as `authorization`; called before each attempt. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** What fetch gets beside method, headers, body and signal. */
  init?: RequestInit;
  fetch?: typeof fetch;
  /** What is remembered of failed paths; clients of one page may share it. */
  memory?: Memory;
  /**
   * Whether reads show this client's own mutations also where another region answers: the mutations of
   * the last ten minutes are repeated there first, and for a minute reads go past the caches. Where that
   * is not answered, a read shows what the region had.
   */
  ownWrites?: boolean;
}

export interface SendLimits {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

const ACCEPT = "application/graphql-response+json, application/json;q=0.9";
const REGISTERED = "/graphql/persisted/";
/** An edge that fails a read over waits for two regions, 2 s for the first one. */
const HEDGE_READ_AFTER_MS = 2500;
/** Beside 5xx: the region throttles, or gave up waiting for the request. */
const RETRYABLE_STATUSES = [408, 429];

/** Whether the status alone says that the request may be sent again, whatever errors come with it. */
export const isRetryableStatus = (status: number): boolean =>
  status >= 500 || RETRYABLE_STATUSES.includes(status);

/** Where no region says so: the request is too long for what stands in front of them, by every path. */
export const TOO_LONG: readonly number[] = [413, 414, 431];

/** Return a function that sends operations. Keep it: it remembers which paths failed. */
export function carteSender(options: CarteOptions = {}) {
  const { url = "", documents = {}, headers, init, memory = new Memory() } = options;
  const ids = new Map(Object.entries(documents).map(([id, { document }]) => [key(document), id]));
  const base = url.replace(/\/+$/, "");
  const own = options.ownWrites ? new OwnWrites() : undefined;

  async function send(to: string, more: RequestInit, signal: AbortSignal): Promise<Received> {
    const all = { accept: ACCEPT, ...(await headers?.()), ...(more.headers as object) };
    const fetching = options.fetch ?? fetch;
    const response = await fetching(base + to, { ...init, ...more, headers: all, signal });
    return {
      status: response.status,
      headers: response.headers,
      body: parse(await response.text()),
    };
  }

  function post(body: string, limits: SendLimits, id?: string, variables?: unknown) {
    const posted: RequestInit = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    };
    // A registered read is the edge's to fail over; where that fails, too, it is posted.
    const reads = id !== undefined;
    const attempt = async (path: number, signal: AbortSignal): Promise<Attempted<Received>> => {
      if (path === PERSISTED) {
        const answer = await send(registeredAddress(id ?? "", variables), {}, signal);
        // A region of another version may not have the document yet, or any more.
        if (answer.status !== 404) return judged(answer);
      }
      const to = PATHS[path] ?? PATHS[0];
      return judged(await send(to, posted, signal));
    };
    const hedgeAfterMs = reads ? HEDGE_READ_AFTER_MS : undefined;
    return failOver(attempt, memory, { ...limits, reads, hedgeAfterMs });
  }

  /**
   * Repeat the mutations that a region may not have; whether one was carried out.
   *
   * One that is refused, such as a decision about roles that is too old by now, keeps no later one from being
   * repeated, and is not sent to that region again.
   */
  async function bringOwnWrites(region: string | null, limits: SendLimits): Promise<boolean> {
    let brought = false;
    for (const write of own?.missingIn(region) ?? []) {
      const repeated = await post(write.body, limits);
      const where = regionOf(repeated);
      const done = isDone(repeated.body);
      const later = judged(repeated).retryable || mayPass(repeated.body);
      if (!where || (later && !done)) break; // the next read asks again
      write.regions.add(where);
      brought ||= done;
    }
    return brought;
  }

  async function answered(
    { query, operationName }: CarteOperation,
    variables: Record<string, unknown>,
    limits: SendLimits,
  ): Promise<Received> {
    const body = JSON.stringify({ query, variables, ...(operationName ? { operationName } : {}) });
    if (hasMutation(query, operationName)) {
      const answer = await post(body, limits);
      if (isDone(answer.body)) own?.acknowledged(body, regionOf(answer));
      return answer;
    }
    const id = own?.areYoung() ? undefined : ids.get(key(query));
    let answer = await post(body, limits, id, variables);
    // The repeated mutations, or the read after them, may be answered by one more region.
    for (const _ of PATHS) {
      let again: Received;
      try {
        if (!(await bringOwnWrites(regionOf(answer), limits))) break;
        again = await post(body, limits);
      } catch (error) {
        if (error instanceof NoAnswerError) break; // what was read stands; the next read asks again
        throw error;
      }
      if (judged(again).retryable) break;
      answer = again;
    }
    return answer;
  }

  return async (operation: CarteOperation, limits: SendLimits = {}): Promise<CarteAnswer> => {
    const { query, operationName } = operation;
    const variables = withOperationIds(query, operation.variables ?? {}, operationName);
    try {
      return { ...(await answered(operation, variables, limits)), variables };
    } catch (error) {
      if (error instanceof NoAnswerError) error.variables = variables;
      throw error;
    }
  };
}

/** The path and query by which a registered read is sent. */
export const registeredAddress = (id: string, variables: unknown): string =>
  `${REGISTERED}${id}?variables=${encodeURIComponent(JSON.stringify(variables))}`;

export type CarteSender = ReturnType<typeof carteSender>;

/** A document's text without what GraphQL ignores: libraries print the same document differently. */
const key = (text: string): string =>
  text
    .replace(/[\s,]+/g, " ")
    .replace(/ ?([{}()[\]:!=$@|]) ?/g, "$1")
    .trim();

/**
 * Give each input object of a mutation an `operationId` where it lacks one.
 *
 * It is made once for an operation: all attempts carry the same id, by which regions recognize them as one operation.
 */
export function withOperationIds(
  query: string,
  variables: Record<string, unknown>,
  operationName?: string,
): Record<string, unknown> {
  const all = { ...variables };
  for (const { kind, inputs } of operationsOf(query, operationName)) {
    for (const name of kind === "mutation" ? inputs : []) {
      const input = all[name];
      if (typeof input === "object" && input !== null && !("operationId" in input)) {
        all[name] = { ...input, operationId: crypto.randomUUID() };
      }
    }
  }
  return all;
}

const regionOf = ({ headers }: Received): string | null => headers.get("x-carte-region");

function judged(answer: Received): Attempted<Received> {
  const { status, headers, body } = answer;
  const retryable =
    isRetryableStatus(status) ||
    (isResponse(body)
      ? errorsOf(body).some(({ extensions }) => extensions?.retryable === true)
      : !TOO_LONG.includes(status));
  return { value: answer, retryable, retryAfterS: retryAfterOf(headers) };
}

const errorsOf = (body: CarteBody | undefined): NonNullable<CarteBody["errors"]> =>
  Array.isArray(body?.errors) ? body.errors.filter((one) => typeof one === "object" && one) : [];

/**
 * Whether a body is one of GraphQL, so of a region. What is none is said by something in front of the regions, such
 * as a firewall, a proxy, the sign-in page of a network, or an edge of an older version at a path that it does not
 * have: whatever its status, no region answered.
 */
const isResponse = (body: CarteBody | undefined): boolean =>
  (typeof body?.data === "object" && body.data !== null) || errorsOf(body).length > 0;

/** The seconds of Retry-After; 0 where there are none. */
export function retryAfterOf(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
}

function parse(text: string): CarteBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as CarteBody) : undefined;
  } catch {
    return undefined;
  }
}
