// The texts of the order board in the language of the interface.
import type { LanguageCode } from "../../i18n/language.ts";
import { useTexts } from "../../i18n/use-texts.ts";
import type { BoardTexts } from "./board-texts.ts";
import { en } from "./en.ts";

const loaders: Record<Exclude<LanguageCode, "en">, () => Promise<{ texts: BoardTexts }>> = {
  fr: () => import("./fr.ts"),
  de: () => import("./de.ts"),
  ja: () => import("./ja.ts"),
  es: () => import("./es.ts"),
  it: () => import("./it.ts"),
  nl: () => import("./nl.ts"),
};

export const loadBoardTexts = async (code: LanguageCode): Promise<BoardTexts> =>
  code === "en" ? en : (await loaders[code]()).texts;

/** The texts; English until those of the language are there. */
export const useBoardTexts = (): BoardTexts => useTexts(loadBoardTexts, en, () => en);
