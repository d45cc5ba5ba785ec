// The texts of the catalogs in the language of the interface.
import { textLoader } from "../../../i18n/text-loader.ts";
import { useTexts } from "../../../i18n/use-texts.ts";
import type { CatalogTexts } from "./catalog-texts.ts";
import { en } from "./en.ts";

export const loadCatalogTexts = textLoader<CatalogTexts>(en, {
  fr: () => import("./fr.ts"),
  de: () => import("./de.ts"),
  ja: () => import("./ja.ts"),
  es: () => import("./es.ts"),
  it: () => import("./it.ts"),
  nl: () => import("./nl.ts"),
});

/** The texts; English until those of the language are there. */
export const useCatalogTexts = (): CatalogTexts => useTexts(loadCatalogTexts, en, () => en);
