// The names that edits are written with, read for those that a page lists.
import { useLanguage } from "../../i18n/language.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useCatalogTexts } from "../catalog/texts/use-catalog-texts.ts";
import { useItemNames } from "../item-names.ts";
import { useStoreNames, useStores } from "../store-names.ts";
import { type EditTexts, editTexts } from "./edit-texts.ts";
import { roleOf, subjectOf } from "./subject.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

/** An edit as the API lists it. */
export interface Edit {
  /** Such as `STORE#us-00001/ASSORTMENT`. */
  document: string;
  /** Such as `glazed-ring/price`. */
  entries: readonly string[];
}

/** Return how edits are written: by names as soon as they are read, by ids until then. */
export function useEditTexts(edits: readonly Edit[], texts: OfficeTexts): EditTexts {
  const { code, say } = useLanguage();
  const account = useAccountTexts();
  const catalog = useCatalogTexts();
  const subjects = edits.map(({ document }) => subjectOf(document));
  const roles = edits.flatMap(({ entries }) => entries.flatMap((entry) => roleOf(entry) ?? []));
  const storeIds = [
    ...subjects.flatMap((one) => ("storeId" in one ? one.storeId : [])),
    ...roles.flatMap(({ storeId }) => storeId ?? []),
  ];
  const stores = useStores(storeIds);
  const storeName = useStoreNames(storeIds);
  const marketOfStore = (id: string) => stores.get(id)?.market.id;
  const markets = subjects.flatMap((one) => {
    switch (one.kind) {
      case "assortment":
      case "stock":
        return marketOfStore(one.storeId) ?? [];
      case "item":
      case "category":
        return one.market;
      default:
        return [];
    }
  });
  const namesOf = useItemNames(markets);
  return editTexts({ code, say, texts, account, catalog, storeName, marketOfStore, namesOf });
}
