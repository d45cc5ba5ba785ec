// All items of a market's catalog, read page by page.
import { useState } from "preact/hooks";
import type { CarteSender } from "../../../clients/carte.ts";
import { CatalogItemsDocument, type CatalogItemsQuery } from "../../generated/catalog.ts";
import { type Failure, request } from "../../graphql/client.ts";
import { mayPass } from "../../graphql/recovery.ts";
import { useAttempts } from "../../graphql/use-attempts.ts";

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
  const { again } = useAttempts(
    async (signal) => {
      const found: ListedItem[] = [];
      let after: string | null = null;
      do {
        const outcome: Awaited<ReturnType<typeof page>> = await page(market, after, send, signal);
        if (!outcome.ok) {
          setFailure(outcome.failure);
          return !mayPass(outcome.failure);
        }
        const { edges, pageInfo } = outcome.data.catalogItems;
        found.push(...edges.map(({ node }) => node));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      setItems(found);
      setFailure(undefined);
      return true;
    },
    [market, send],
  );
  return { items, failure, refresh: again };
}

const page = (market: string, after: string | null, send: CarteSender, signal: AbortSignal) =>
  request(CatalogItemsDocument, { market, first: PAGE, after }, { send, signal });
