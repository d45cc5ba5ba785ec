// Texts that a part of the site brings along in the language of the interface.
import { useEffect, useState } from "preact/hooks";
import { callLater, pauseBefore } from "../graphql/recovery.ts";
import { type LanguageCode, useLanguage } from "./language.ts";

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
  const [texts, setTexts] = useState<T | F>(() => first(code));
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let wanted = true;
    let stop = () => {};
    load(code)
      .then((loaded) => wanted && setTexts(() => loaded))
      .catch(() => {
        if (!wanted) return;
        setTexts(() => english);
        stop = callLater(pauseBefore(attempt), () => setAttempt((count) => count + 1));
      });
    return () => {
      wanted = false;
      stop();
    };
  }, [code, load, english, attempt]);
  return texts;
}
