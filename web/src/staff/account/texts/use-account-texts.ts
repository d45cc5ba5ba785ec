// The texts of signing in and of the pages' frame, in the language of the interface.
import { textLoader } from "../../../i18n/text-loader.ts";
import { useTexts } from "../../../i18n/use-texts.ts";
import type { AccountTexts } from "./account-texts.ts";
import { en } from "./en.ts";

export const loadAccountTexts = textLoader<AccountTexts>(en, {
  fr: () => import("./fr.ts"),
  de: () => import("./de.ts"),
  ja: () => import("./ja.ts"),
  es: () => import("./es.ts"),
  it: () => import("./it.ts"),
  nl: () => import("./nl.ts"),
});

/** The texts; English until those of the language are there. */
export const useAccountTexts = (): AccountTexts => useTexts(loadAccountTexts, en, () => en);
