// The language of the interface, and loading its texts.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { en } from "./en.ts";
import type { Messages } from "./messages.ts";

export const LANGUAGES = ["en", "fr", "de", "ja", "es", "it", "nl"] as const;
export type LanguageCode = (typeof LANGUAGES)[number];

export interface Language {
  code: LanguageCode;
  say: Messages;
}

/** Each language's own name, the same in every language of the interface. */
export const LANGUAGE_NAMES: Record<LanguageCode, string> = {
  en: "English",
  fr: "Français",
  de: "Deutsch",
  ja: "日本語",
  es: "Español",
  it: "Italiano",
  nl: "Nederlands",
};

const loaders: Record<Exclude<LanguageCode, "en">, () => Promise<{ messages: Messages }>> = {
  fr: () => import("./fr.ts"),
  de: () => import("./de.ts"),
  ja: () => import("./ja.ts"),
  es: () => import("./es.ts"),
  it: () => import("./it.ts"),
  nl: () => import("./nl.ts"),
};

export const isLanguage = (code: string): code is LanguageCode =>
  (LANGUAGES as readonly string[]).includes(code);

/** The chosen language, else the first of the browser's that the site has, else English. */
export function pickLanguage(chosen: string, wanted: readonly string[]): LanguageCode {
  const codes = [chosen, ...wanted].map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return codes.find(isLanguage) ?? "en";
}

export async function loadLanguage(code: LanguageCode): Promise<Language> {
  if (code === "en") return ENGLISH;
  return { code, say: (await loaders[code]()).messages };
}

export const ENGLISH: Language = { code: "en", say: en };

export const LanguageContext = createContext<Language>(ENGLISH);
export const useLanguage = (): Language => useContext(LanguageContext);

/** The name of a language in another, as it stands within a sentence. */
export const languageName = (code: string, inLanguage: string): string =>
  new Intl.DisplayNames(inLanguage, { type: "language" }).of(code) ?? code;
