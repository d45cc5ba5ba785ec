// The texts of items, carts and orders in the language of the interface: loaded with the first such page.
import type { LanguageCode } from "../../i18n/language.ts";
import { useTexts } from "../../i18n/use-texts.ts";
import { en } from "./en.ts";
import type { OrderTexts } from "./order-texts.ts";

const loaders: Record<Exclude<LanguageCode, "en">, () => Promise<{ texts: OrderTexts }>> = {
  fr: () => import("./fr.ts"),
  de: () => import("./de.ts"),
  ja: () => import("./ja.ts"),
  es: () => import("./es.ts"),
  it: () => import("./it.ts"),
  nl: () => import("./nl.ts"),
};

export const loadOrderTexts = async (code: LanguageCode): Promise<OrderTexts> =>
  code === "en" ? en : (await loaders[code]()).texts;

/** Undefined only before the very first texts are there; without a connection they are English. */
export const useOrderTexts = (): OrderTexts | undefined =>
  useTexts(loadOrderTexts, en, (code) => (code === "en" ? en : undefined));
