// All items of a market's catalog, read page by page.
import { useState } from "preact/hooks";
import type { CarteSender } from "../../../clients/carte.ts";
import { CatalogItemsDocument, type CatalogItemsQuery } from "../../generated/catalog.ts";
import type { Failure } from "../../graphql/client.ts";
import { mayPass } from "../../graphql/recovery.ts";
import { useAttempts } from "../../graphql/use-attempts.ts";
import { readPages } from "../use-pages.ts";

export type ListedItem = CatalogItemsQuery["catalogItems"]["edges"][0]["node"];

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
      const outcome = await readPages(
        {
          document: CatalogItemsDocument,
          variables: { market },
          listOf: (data) => data.catalogItems,
          send,
        },
        Number.POSITIVE_INFINITY,
        signal,
      );
      if (outcome.ok) setItems(outcome.data.edges.map(({ node }) => node));
      setFailure(outcome.ok ? undefined : outcome.failure);
      return outcome.ok || !mayPass(outcome.failure);
    },
    [market, send],
  );
  return { items, failure, refresh: again };
}
