// Reads a list to its end, page after page, when somebody wants it: what is found so far is shown meanwhile.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../../clients/carte.ts";
import type { TypedDocumentString } from "../../generated/operations.ts";
import { type Failure, request } from "../../graphql/client.ts";
import { ignoreAbort } from "../../graphql/use-query.ts";
import { isRefusedInput } from "../refused-token.ts";

interface Page {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Listing<T, V extends { after?: string | null | undefined }, P extends Page> {
  document: TypedDocumentString<T, V>;
  /** All but the cursor. */
  variables: Omit<NoInfer<V>, "after">;
  pageOf: (data: T) => P;
  send: CarteSender;
}

export interface WholeList<P> {
  /** Idle: nobody wanted it yet. */
  state: "idle" | "reading" | "stopped" | "done";
  pages: readonly P[];
  /** Why it stopped; undefined: it did not, or somebody stopped it. */
  failure: Failure | undefined;
  /** When the latest page was read. */
  at: Date;
  /** Read it from its beginning. */
  start: () => void;
  stop: () => void;
}

type Reading<P> = Omit<WholeList<P>, "start" | "stop">;

/**
 * Return a list that is read to its end on demand. Where a cursor is refused, as one of another version of the service
 * may be, it is read once more from the beginning.
 */
export function useWholeList<T, V extends { after?: string | null | undefined }, P extends Page>(
  listing: Listing<T, V, P>,
): WholeList<P> {
  const [reading, setReading] = useState<Reading<P>>({
    state: "idle",
    pages: [],
    failure: undefined,
    at: new Date(),
  });
  const abort = useRef(new AbortController());
  useEffect(() => () => abort.current.abort(), []);
  const start = () => {
    abort.current.abort();
    abort.current = new AbortController();
    readAll(listing, setReading, abort.current.signal).catch(ignoreAbort);
  };
  const stop = () => {
    abort.current.abort();
    setReading((now) => ({ ...now, state: "stopped" }));
  };
  return { ...reading, start, stop };
}

async function readAll<T, V extends { after?: string | null | undefined }, P extends Page>(
  { document, variables, pageOf, send }: Listing<T, V, P>,
  show: (reading: Reading<P>) => void,
  signal: AbortSignal,
): Promise<void> {
  let pages: P[] = [];
  let isAnew = false;
  let after: string | null = null;
  for (;;) {
    show({ state: "reading", pages, failure: undefined, at: new Date() });
    const outcome = await request(document, { ...variables, after } as V, { send, signal });
    if (outcome.ok) {
      const page = pageOf(outcome.data);
      pages = [...pages, page];
      const { hasNextPage, endCursor } = page.pageInfo;
      // A page that does not go on would be requested without end.
      if (!hasNextPage || endCursor === null || endCursor === after) {
        return show({ state: "done", pages, failure: undefined, at: new Date() });
      }
      after = endCursor;
    } else if (after !== null && !isAnew && isRefusedInput(outcome.failure)) {
      isAnew = true;
      pages = [];
      after = null;
    } else {
      return show({ state: "stopped", pages, failure: outcome.failure, at: new Date() });
    }
  }
}
