// The texts of waste in the language of the interface.
import { textLoader } from "../../../i18n/text-loader.ts";
import { useTexts } from "../../../i18n/use-texts.ts";
import { en } from "./en.ts";
import type { WasteTexts } from "./waste-texts.ts";

export const loadWasteTexts = textLoader<WasteTexts>(en, {
  fr: () => import("./fr.ts"),
  de: () => import("./de.ts"),
  ja: () => import("./ja.ts"),
  es: () => import("./es.ts"),
  it: () => import("./it.ts"),
  nl: () => import("./nl.ts"),
});

/** The texts; English until those of the language are there. */
export const useWasteTexts = (): WasteTexts => useTexts(loadWasteTexts, en, () => en);
