// How entries and values of drafts are written for people.

import { localeIn } from "../../formatting/address.ts";
import { formatMoney } from "../../formatting/money.ts";
import type { Allergen, CatalogItemAspect, Diet } from "../../generated/catalog.ts";
import { languageName, useLanguage } from "../../i18n/language.ts";
import type { Messages } from "../../i18n/messages.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { nameOf } from "./item-edit.ts";
import type { CatalogTexts } from "./texts/catalog-texts.ts";

export interface Wording {
  texts: CatalogTexts;
  say: Messages;
  /** The language of the interface. */
  code: string;
  /** For numbers and money, such as `de-CH`. */
  locale: string;
  currency: string;
  /** Ids of categories to their names. */
  categories: Readonly<Record<string, string>>;
}

const ASPECTS: Readonly<Record<string, CatalogItemAspect>> = {
  category: "CATEGORY",
  names: "NAME",
  descriptions: "DESCRIPTION",
  image_url: "IMAGE_URL",
  price: "PRICE",
  allergens: "ALLERGENS",
  diet: "DIET",
  calories: "CALORIES",
  standard: "STANDARD",
  dayparts: "DAYPARTS",
};

/** The name of an entry of a draft: `names/fr` is "Name (French)". */
export function entryName(entry: string, wording: Wording): string {
  const [field = "", locale] = entry.split("/");
  if (field === "withdrawn") return wording.texts.withdrawnItems;
  const aspect = ASPECTS[field];
  return aspect ? aspectName(aspect, locale ?? null, wording) : entry;
}

export function aspectName(
  aspect: CatalogItemAspect,
  locale: string | null,
  { texts, code }: Wording,
): string {
  const name = texts.aspects[aspect];
  return locale === null ? name : `${name} (${languageName(locale, code)})`;
}

/** A value of a draft, from its JSON, as people read it. */
export function valueText(field: string, json: string, wording: Wording): string {
  const { texts, say, locale, currency } = wording;
  const value: unknown = JSON.parse(json);
  const aspect = ASPECTS[field.split("/")[0] ?? ""] ?? field;
  if (value === null) return texts.none;
  if (typeof value === "boolean") return value ? texts.yes : texts.no;
  if (typeof value === "number") {
    return aspect === "PRICE"
      ? formatMoney(value, currency, locale)
      : value.toLocaleString(wording.code);
  }
  if (Array.isArray(value)) {
    const names = value.map((one) => say.allergens[one as Allergen] ?? String(one));
    return names.length > 0 ? names.join(", ") : texts.none;
  }
  if (aspect === "DIET") return say.diets[value as Diet] ?? String(value);
  return aspect === "CATEGORY"
    ? (wording.categories[String(value)] ?? String(value))
    : String(value);
}

/** How things of a market's catalog are written in the language of the interface. */
export function useWording({ texts, catalog }: Pick<CatalogGiven, "texts" | "catalog">): Wording {
  const { code, say } = useLanguage();
  const { market, currency, locale, categories } = catalog;
  return {
    texts,
    say,
    code,
    locale: localeIn(code, market),
    currency,
    categories: Object.fromEntries(
      categories.map(({ id, names }) => [id, nameOf(names, code, locale) || id]),
    ),
  };
}
