// The difference between the version in force and the drafts, or a version, as far as it is shown.
import { CatalogDifferenceDocument } from "../../generated/catalog.ts";
import { usePages } from "../use-pages.ts";
import type { CatalogGiven } from "./catalog-given.ts";

export function useDifference({ staff, catalog }: CatalogGiven, toVersion: string | null) {
  // Not at a pace: what is being decided on must not change under the reader's eyes.
  const list = usePages(
    {
      document: CatalogDifferenceDocument,
      variables: { market: catalog.market, toVersion },
      listOf: (data) => data.catalogDifference,
      send: staff.send,
    },
    undefined,
  );
  const { first, edges } = list;
  return { difference: first && { ...first.catalogDifference, edges }, list };
}
