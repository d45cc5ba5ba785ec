// The texts of operations in the language of the interface.
import { textLoader } from "../../../i18n/text-loader.ts";
import { useTexts } from "../../../i18n/use-texts.ts";
import { en } from "./en.ts";
import type { OpsTexts } from "./ops-texts.ts";

export const loadOpsTexts = textLoader<OpsTexts>(en, {
  fr: () => import("./fr.ts"),
  de: () => import("./de.ts"),
  ja: () => import("./ja.ts"),
  es: () => import("./es.ts"),
  it: () => import("./it.ts"),
  nl: () => import("./nl.ts"),
});

const none = () => undefined;

/** The texts; undefined until those of the language are there: other ones first would move the page. */
export const useOpsTexts = (): OpsTexts | undefined => useTexts(loadOpsTexts, en, none);
