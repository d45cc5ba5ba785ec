// Search results page by page: the first page follows the search, later ones are added.
import { useEffect, useRef, useState } from "preact/hooks";
import { FindStoresDocument } from "../generated/operations.ts";
import type { Failure } from "../graphql/client.ts";
import { ignoreAbort, sendAndRecord, useQuery } from "../graphql/use-query.ts";
import { nearPlace } from "../places.ts";
import { chosenPlace } from "../preferences.ts";
import { useCell } from "../use-cell.ts";
import type { ListedStore } from "./store-list.tsx";

export interface StoreSearch {
  stores: readonly ListedStore[] | undefined;
  total: number;
  failure: Failure | undefined;
  loading: boolean;
  /** Undefined when all are shown. */
  showMore: (() => void) | undefined;
  reload: () => void;
}

interface Further {
  stores: readonly ListedStore[];
  cursor: string | null;
  failure?: Failure | undefined;
  loading: boolean;
}

export function useStoreSearch(search: string, market: string): StoreSearch {
  const near = nearPlace(useCell(chosenPlace));
  const filter = { search: search || null, market: market || null, ...near };
  const first = useQuery(FindStoresDocument, filter);
  const found = first.data?.stores;
  const [further, setFurther] = useState<Further>();
  const abort = useRef<AbortController>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new first page ends the old rest.
  useEffect(() => {
    setFurther(undefined);
    return () => abort.current?.abort();
  }, [found]);

  const cursor = further ? further.cursor : lastCursor(found?.pageInfo);
  const shown = further?.stores ?? [];
  const showMore = () => {
    abort.current?.abort();
    abort.current = new AbortController();
    setFurther({ stores: shown, cursor, loading: true });
    sendAndRecord(FindStoresDocument, { ...filter, after: cursor }, abort.current.signal)
      .then((outcome) => {
        if (!outcome.ok) {
          setFurther({ stores: shown, cursor, failure: outcome.failure, loading: false });
          return;
        }
        const { edges, pageInfo } = outcome.data.stores;
        const stores = [...shown, ...edges.map(({ node }) => node)];
        setFurther({ stores, cursor: lastCursor(pageInfo), loading: false });
      })
      .catch(ignoreAbort);
  };

  return {
    // What an earlier search found would stand under the heading of the one that failed.
    stores: first.failure ? undefined : found && [...found.edges.map(({ node }) => node), ...shown],
    total: found?.totalCount ?? 0,
    failure: first.failure ?? further?.failure,
    loading: first.loading || further?.loading === true,
    showMore: cursor === null ? undefined : showMore,
    reload: first.failure ? first.reload : showMore,
  };
}

const lastCursor = (
  page: { hasNextPage: boolean; endCursor: string | null } | undefined,
): string | null => (page?.hasNextPage ? page.endCursor : null);
