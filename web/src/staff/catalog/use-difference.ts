// The difference between the version in force and the drafts, or a version, as far as it is shown.
import { useState } from "preact/hooks";
import { CatalogDifferenceDocument } from "../../generated/catalog.ts";
import { useStaffQuery } from "../use-staff-query.ts";
import type { CatalogGiven } from "./catalog-given.ts";

const FIRST = 20;
const MOST = 100;

export function useDifference({ staff, catalog }: CatalogGiven, toVersion: string | null) {
  const [first, setFirst] = useState(FIRST);
  const { data, failure, refresh } = useStaffQuery(
    CatalogDifferenceDocument,
    { market: catalog.market, toVersion, first },
    staff.send,
  );
  const difference = data?.catalogDifference;
  const hasMore = difference?.pageInfo.hasNextPage && first < MOST;
  return {
    difference,
    failure,
    refresh,
    onMore: hasMore ? () => setFirst(MOST) : undefined,
  };
}
