// Texts that a part of the site brings along in the language of the interface.
import { useEffect, useState } from "preact/hooks";
import { type LanguageCode, useLanguage } from "./language.ts";

/**
 * Return the texts of the language once they are loaded, and what was there before until then.
 *
 * @param load Loads the texts of a language.
 * @param english What stands in where they cannot be loaded.
 * @param first What is there before any are loaded, by the language.
 */
export function useTexts<T, F>(
  load: (code: LanguageCode) => Promise<T>,
  english: T,
  first: (code: LanguageCode) => T | F,
): T | F {
  const { code } = useLanguage();
  const [texts, setTexts] = useState<T | F>(() => first(code));
  useEffect(() => {
    let wanted = true;
    load(code)
      .catch(() => english)
      .then((loaded) => wanted && setTexts(() => loaded));
    return () => {
      wanted = false;
    };
  }, [code, load, english]);
  return texts;
}
