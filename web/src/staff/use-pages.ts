// Reads a list page by page, as far as it is shown, and all that is shown again at a pace.
import { useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { latestAnswer } from "../graphql/answer.ts";
import { type Failure, type Outcome, request } from "../graphql/client.ts";
import { usePolling } from "../graphql/use-polling.ts";
import { isRefusedInput } from "./refused-token.ts";

/** A page of a list, as the API has it. */
interface Connection<E> {
  edges: readonly E[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface After {
  after?: string | null | undefined;
}

export interface Listing<T, V extends After, E> {
  /** Asks for one page; how long it is stands in the document. */
  document: TypedDocumentString<T, V>;
  /** All but the cursor. */
  variables: Omit<NoInfer<V>, "after">;
  /** The list within an answer. */
  listOf: (data: T) => Connection<E>;
  /** Undefined: it is read without a token. */
  send: CarteSender | undefined;
}

export interface ReadPages<T, E> {
  /** The answer with the first page. */
  first: T;
  edges: readonly E[];
  /** How many pages were read, without empty ones. */
  pages: number;
  /** The cursor that the next page follows; null: there is none. */
  next: string | null;
}

/** Empty pages in a row that are passed: pages of what is looked at may have nothing to show. */
const MOST_EMPTY = 5;

/**
 * Read pages, one after another, until there are `count` of them or no more. Where a cursor is refused, as one of
 * another version of the service may be, they are read once more from the first one on.
 *
 * @param before Pages that were read: it goes on after them.
 */
export async function readPages<T, V extends After, E>(
  { document, variables, listOf, send }: Listing<T, V, E>,
  count: number,
  signal: AbortSignal,
  before?: ReadPages<T, E>,
): Promise<Outcome<ReadPages<T, E>>> {
  let found = before;
  let empty = 0;
  let isAnew = false;
  for (;;) {
    const after = found?.next ?? null;
    const outcome = await request(document, { ...variables, after } as V, { send, signal });
    if (!outcome.ok) {
      if (after === null || isAnew || !isRefusedInput(outcome.failure)) return outcome;
      isAnew = true;
      found = undefined;
      empty = 0;
      continue;
    }
    const { edges, pageInfo } = listOf(outcome.data);
    const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    empty = edges.length === 0 ? empty + 1 : 0;
    const isPassed = empty > 0 && empty <= MOST_EMPTY && next !== null;
    found = {
      first: found?.first ?? outcome.data,
      edges: [...(found?.edges ?? []), ...edges],
      pages: (found?.pages ?? 0) + (isPassed ? 0 : 1),
      next,
    };
    if (next === null || found.pages >= count) {
      return { ok: true, data: found, answer: outcome.answer };
    }
  }
}

export interface Pages<T, E> {
  /** The answer with the first page, for what it has beside the list; undefined until there is one. */
  first: T | undefined;
  /** What is read so far, in the list's order; empty until there is an answer. */
  edges: readonly E[];
  /** Why the latest attempt failed; undefined after one that succeeded. */
  failure: Failure | undefined;
  /** Shows one page more; undefined: all are shown. */
  showMore: (() => void) | undefined;
  /** Whether that page is on its way. */
  isReadingMore: boolean;
  /** Read all shown pages again, as after a change of one's own. */
  refresh: () => void;
}

/**
 * Return a list as far as it is shown: at first one page.
 *
 * Pages are read again from the first one on, so that what was put before them pushes nothing out between two pages.
 *
 * @param everyMs Milliseconds between two readings, for each page that is shown; undefined: it is read once.
 */
export function usePages<T, V extends After, E>(
  listing: Listing<T, V, E>,
  everyMs: (() => number) | undefined,
): Pages<T, E> {
  const { document, variables, send } = listing;
  const of = JSON.stringify(variables);
  const [wish, setWish] = useState({ of, pages: 1 });
  const pages = wish.of === of ? wish.pages : 1;
  const latest = useRef<{ of: string; read: ReadPages<T, E> }>(undefined);
  const { data, failure, refresh } = usePolling(
    async (signal) => {
      const read = latest.current?.of === of ? latest.current.read : undefined;
      const goesOn = read !== undefined && read.next !== null && read.pages === pages - 1;
      const outcome = await readPages(listing, pages, signal, goesOn ? read : undefined);
      if (outcome.answer) latestAnswer.set(outcome.answer);
      if (outcome.ok) latest.current = { of, read: outcome.data };
      return outcome;
    },
    [document, of, send, pages],
    { everyMs: everyMs && ((read) => everyMs() * read.pages) },
  );
  const hasMore = data !== undefined && data.next !== null;
  return {
    first: data?.first,
    edges: data?.edges ?? [],
    failure,
    showMore: hasMore ? () => setWish({ of, pages: data.pages + 1 }) : undefined,
    isReadingMore: hasMore && data.pages < pages,
    refresh: () => {
      latest.current = undefined;
      refresh();
    },
  };
}
