// Loads the texts of a part of the site in one language; English is part of the code itself.
import type { LanguageCode } from "./language.ts";
import { announceTexts } from "./loaded-texts.ts";

/** The texts of a part in the languages beside English, each in a file of its own. */
export type OtherTexts<T> = Record<Exclude<LanguageCode, "en">, () => Promise<{ texts: T }>>;

/** Return the function that loads the texts of a language; pages of the part wait for them before they are shown. */
export function textLoader<T>(english: T, others: OtherTexts<T>) {
  const load = async (code: LanguageCode): Promise<T> =>
    code === "en" ? english : (await others[code]()).texts;
  announceTexts(load);
  return load;
}
