// Texts that a part of the site brings along in the language of the interface.
import { useState } from "preact/hooks";
import { useAttempts } from "../graphql/use-attempts.ts";
import { type LanguageCode, useLanguage } from "./language.ts";
import { loadedTexts, loadTexts } from "./loaded-texts.ts";

/**
 * Return the texts of the language once they are loaded, and what was there before until then. Loading is tried
 * again where it failed.
 *
 * @param load Loads the texts of a language.
 * @param english What stands in as long as they cannot be loaded.
 * @param first What is there before any are loaded, by the language.
 */
export function useTexts<T, F>(
  load: (code: LanguageCode) => Promise<T>,
  english: T,
  first: (code: LanguageCode) => T | F,
): T | F {
  const { code } = useLanguage();
  const [texts, setTexts] = useState<T | F>(() => loadedTexts(load, code) ?? first(code));
  useAttempts(
    async (signal) => {
      const loaded = await loadTexts(load, code).catch(() => undefined);
      if (!signal.aborted) setTexts(() => loaded ?? english);
      return loaded !== undefined;
    },
    [code, load, english],
  );
  return texts;
}
