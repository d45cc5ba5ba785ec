// All items of a market's catalog, read page by page.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../../clients/carte.ts";
import { CatalogItemsDocument, type CatalogItemsQuery } from "../../generated/catalog.ts";
import { type Failure, request } from "../../graphql/client.ts";
import { callLater, mayPass, pauseBefore } from "../../graphql/recovery.ts";
import { ignoreAbort } from "../../graphql/use-query.ts";

export type ListedItem = CatalogItemsQuery["catalogItems"]["edges"][0]["node"];

/** Items of a request, so that all that is asked of them is within the API's limit. */
const PAGE = 50;

export interface AllItems {
  /** Undefined until all pages are there; stays when they are read again. */
  items: readonly ListedItem[] | undefined;
  failure: Failure | undefined;
  refresh: () => void;
}

export function useAllItems(market: string, send: CarteSender): AllItems {
  const [items, setItems] = useState<readonly ListedItem[]>();
  const [failure, setFailure] = useState<Failure>();
  const [round, setRound] = useState(0);
  const failures = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a round is a reason to read again.
  useEffect(() => {
    const abort = new AbortController();
    let stop = () => {};
    const read = async () => {
      const found: ListedItem[] = [];
      let after: string | null = null;
      do {
        const outcome: Awaited<ReturnType<typeof page>> = await page(
          market,
          after,
          send,
          abort.signal,
        );
        if (!outcome.ok) {
          setFailure(outcome.failure);
          if (mayPass(outcome.failure)) {
            stop = callLater(pauseBefore(failures.current++), () => setRound((count) => count + 1));
          }
          return;
        }
        const { edges, pageInfo } = outcome.data.catalogItems;
        found.push(...edges.map(({ node }) => node));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      failures.current = 0;
      setItems(found);
      setFailure(undefined);
    };
    read().catch(ignoreAbort);
    return () => {
      abort.abort();
      stop();
    };
  }, [market, send, round]);
  return { items, failure, refresh: useCallback(() => setRound((count) => count + 1), []) };
}

const page = (market: string, after: string | null, send: CarteSender, signal: AbortSignal) =>
  request(CatalogItemsDocument, { market, first: PAGE, after }, { send, signal });
