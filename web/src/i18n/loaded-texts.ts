// The texts that were loaded by now, and those of the parts of the site that are there: a page is shown with its texts.
import type { LanguageCode } from "./language.ts";

type Loader = (code: LanguageCode) => Promise<unknown>;

/** A page whose texts come later than that is shown in English until then. */
const PATIENCE_MS = 4000;

const loaded = new Map<Loader, Map<LanguageCode, unknown>>();

/** Name a part's loader, so that `loadPartTexts` waits for its texts. */
export function announceTexts(load: Loader): void {
  if (!loaded.has(load)) loaded.set(load, new Map());
}

/** Return the texts of a language where they are loaded already. */
export const loadedTexts = <T>(
  load: (code: LanguageCode) => Promise<T>,
  code: LanguageCode,
): T | undefined => loaded.get(load)?.get(code) as T | undefined;

/** Load the texts of a language, and remember them. */
export async function loadTexts<T>(
  load: (code: LanguageCode) => Promise<T>,
  code: LanguageCode,
): Promise<T> {
  const texts = loadedTexts(load, code) ?? (await load(code));
  announceTexts(load);
  loaded.get(load)?.set(code, texts);
  return texts;
}

/**
 * Wait until all parts whose code is there have their texts: a page that is drawn in English first moves when they
 * come. What cannot be loaded is left to the part, which tries again.
 */
export async function loadPartTexts(code: LanguageCode): Promise<void> {
  const all = [...loaded.keys()].map((load) => loadTexts(load, code));
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([Promise.allSettled(all), late]);
}
