// Search results page by page: the first page follows the search, later ones are added.
import { useEffect, useRef, useState } from "preact/hooks";
import {
  FindStoresDocument,
  type FindStoresQuery,
  type FindStoresQueryVariables,
} from "../generated/operations.ts";
import { FindOpenStoresDocument, type FindOpenStoresQuery } from "../generated/stores.ts";
import type { Failure } from "../graphql/client.ts";
import { keepAnswer, keptAnswer } from "../graphql/kept-answers.ts";
import { ignoreAbort, sendAndRecord, useQuery } from "../graphql/use-query.ts";
import { nearPlace } from "../places.ts";
import { chosenPlace, openFirst } from "../preferences.ts";
import { useCell } from "../use-cell.ts";
import { type ListedStore, listed } from "./store-list.tsx";

export interface StoreSearch {
  stores: readonly ListedStore[] | undefined;
  total: number;
  failure: Failure | undefined;
  loading: boolean;
  /** Undefined when all are shown. */
  showMore: (() => void) | undefined;
  reload: () => void;
}

type Found = FindStoresQuery | FindOpenStoresQuery;

interface Further {
  stores: readonly ListedStore[];
  cursor: string | null;
  failure?: Failure | undefined;
  loading: boolean;
}

export function useStoreSearch(search: string, market: string): StoreSearch {
  const near = nearPlace(useCell(chosenPlace));
  const filter = { search: search || null, market: market || null, ...near };
  const wantsOpen = useCell(openFirst);
  const document = wantsOpen ? FindOpenStoresDocument : FindStoresDocument;
  const first = useQuery<Found, FindStoresQueryVariables>(document, filter);
  const found = first.data?.stores;
  const key = `further ${JSON.stringify([filter, wantsOpen])}`;
  const [further, setShown] = useState(() => keptAnswer(key) as Further | undefined);
  const abort = useRef<AbortController>(undefined);
  const setFurther = (now: Further) => {
    // Going back shows as many stores as there were.
    if (!now.loading && !now.failure) keepAnswer(key, now);
    setShown(now);
  };

  // Another search, or another place, has other stores.
  useEffect(() => {
    setShown(keptAnswer(key) as Further | undefined);
    return () => abort.current?.abort();
  }, [key]);

  const cursor = further ? further.cursor : lastCursor(found?.pageInfo);
  const shown = further?.stores ?? [];
  const showMore = () => {
    abort.current?.abort();
    abort.current = new AbortController();
    setFurther({ stores: shown, cursor, loading: true });
    sendAndRecord<Found, FindStoresQueryVariables>(
      document,
      { ...filter, after: cursor },
      abort.current.signal,
    )
      .then((outcome) => {
        if (!outcome.ok) {
          setFurther({ stores: shown, cursor, failure: outcome.failure, loading: false });
          return;
        }
        const { edges, pageInfo } = outcome.data.stores;
        const stores = [...shown, ...edges.map(listed)];
        setFurther({ stores, cursor: lastCursor(pageInfo), loading: false });
      })
      .catch(ignoreAbort);
  };

  return {
    // What an earlier search found would stand under the heading of the one that failed.
    stores: first.failure ? undefined : found && [...found.edges.map(listed), ...shown],
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
