// What was typed about an item, and the edit that it makes: only what differs, with the stamps that were seen.

import type {
  Allergen,
  CatalogItemQuery,
  Diet,
  EditCatalogItemInput,
  ExpectedEntryInput,
} from "../../generated/catalog.ts";
import { MOST_CALORIES } from "../../generated/limits.ts";
import { parsePrice, writePrice } from "../prices/price-changes.ts";

export type Item = NonNullable<CatalogItemQuery["catalogItem"]>;
export type Content = Item["draft"];

/** What was typed; undefined: nothing, and the draft's value holds. */
export interface Typed {
  /** `names/fr` or `descriptions/fr` to a text; an empty one takes the text away. */
  texts: Readonly<Record<string, string>>;
  price?: string;
  calories?: string;
  imageUrl?: string;
  category?: string;
  /** Empty: nothing is stated. */
  diet?: Diet | "";
  /** Null: all ticks were taken away, which states nothing. */
  allergens?: readonly Allergen[] | null;
  withdrawn?: boolean;
}

export const NOTHING_TYPED: Typed = { texts: {} };

export type Field = "price" | "calories" | "allergens" | "category";

export interface ItemEdit {
  /** What is sent; empty where nothing differs. */
  set: Partial<Omit<EditCatalogItemInput, "operationId" | "market" | "itemId" | "expected">>;
  expected: ExpectedEntryInput[];
  /** Fields whose content cannot be sent. */
  wrong: Field[];
}

type Texts = readonly { locale: string; text: string }[];

export const textIn = (texts: Texts, locale: string): string =>
  texts.find((one) => one.locale === locale)?.text ?? "";

/** The text of the first locale that has one; else any. */
export function nameOf(names: Texts, ...locales: string[]): string {
  for (const locale of locales) {
    const text = textIn(names, locale);
    if (text) return text;
  }
  return names[0]?.text ?? "";
}

const KINDS = ["names", "descriptions"] as const;

/** What is in a field now: what was typed, else the draft's text. */
export const shownText = (
  item: Item,
  typed: Typed,
  kind: (typeof KINDS)[number],
  locale: string,
): string => typed.texts[`${kind}/${locale}`] ?? textIn(item.draft[kind], locale);

export const shownAllergens = (item: Item, typed: Typed): readonly Allergen[] | null =>
  typed.allergens === undefined ? item.draft.allergens : typed.allergens;

/**
 * The edit that what was typed makes of a draft, in the digits of the market's currency.
 *
 * @param seen The stamps of the values that were shown when it was typed.
 */
export function editOf(
  item: Item,
  typed: Typed,
  digits: number,
  seen: Item["entries"] = item.entries,
): ItemEdit {
  const set: ItemEdit["set"] = {};
  const entries: string[] = [];
  const wrong: Field[] = [];
  for (const kind of KINDS) {
    const changed = Object.entries(typed.texts).flatMap(([entry, text]) => {
      const [of, locale = ""] = entry.split("/");
      const written = text.trim();
      if (of !== kind || written === textIn(item.draft[kind], locale)) return [];
      entries.push(entry);
      return [written ? { locale, text: written } : { locale, remove: true }];
    });
    if (changed.length > 0) set[kind] = changed;
  }
  if (typed.price !== undefined) {
    const price = parsePrice(typed.price, digits);
    if (price === undefined) wrong.push("price");
    else if (price !== item.draft.price?.amountMinor) {
      set.priceMinor = price;
      entries.push("price");
    }
  }
  if (typed.calories !== undefined) readCalories(item, typed.calories.trim(), set, entries, wrong);
  if (typed.imageUrl !== undefined && typed.imageUrl.trim() !== (item.draft.imageUrl ?? "")) {
    const address = typed.imageUrl.trim();
    if (address) set.imageUrl = address;
    else set.clear = [...(set.clear ?? []), "IMAGE_URL"];
    entries.push("image_url");
  }
  if (typed.category !== undefined && typed.category !== item.draft.category) {
    set.category = typed.category;
    entries.push("category");
  }
  if (typed.diet !== undefined && typed.diet !== (item.draft.diet ?? "")) {
    if (typed.diet) set.diet = typed.diet;
    else set.clear = [...(set.clear ?? []), "DIET"];
    entries.push("diet");
  }
  if (typed.allergens === null) wrong.push("allergens");
  else if (typed.allergens && !sameOnes(typed.allergens, item.draft.allergens)) {
    set.allergens = [...typed.allergens];
    entries.push("allergens");
  }
  if (typed.withdrawn !== undefined && typed.withdrawn !== item.withdrawn) {
    set.withdrawn = typed.withdrawn;
    entries.push("withdrawn");
  }
  const stamps = new Map(seen.map(({ entry, stamp }) => [entry, stamp]));
  const expected = entries.map((entry) => ({ entry, stamp: stamps.get(entry) ?? null }));
  return { set, expected, wrong };
}

/** Whether there is anything to send, or to mend before. */
export const isEdit = ({ set, wrong }: ItemEdit): boolean =>
  Object.keys(set).length > 0 || wrong.length > 0;

function readCalories(
  item: Item,
  text: string,
  set: ItemEdit["set"],
  entries: string[],
  wrong: Field[],
): void {
  const calories = Number(text);
  if (!/^\d{0,5}$/.test(text) || calories > MOST_CALORIES) {
    wrong.push("calories");
  } else if (text === "" && item.draft.calories !== null) {
    set.clear = [...(set.clear ?? []), "CALORIES"];
    entries.push("calories");
  } else if (text !== "" && calories !== item.draft.calories) {
    set.calories = calories;
    entries.push("calories");
  }
}

const sameOnes = (a: readonly string[], b: readonly string[] | null): boolean =>
  b !== null && a.length === b.length && a.every((one) => b.includes(one));

export const writtenPrice = (content: Content, digits: number): string =>
  content.price ? writePrice(content.price.amountMinor, digits) : "";
