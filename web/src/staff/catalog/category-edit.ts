// What was typed about a category, and the edit that it makes: only what differs, with the stamps that were seen.

import type {
  CatalogCategoriesQuery,
  EditCatalogCategoryInput,
  ExpectedEntryInput,
} from "../../generated/catalog.ts";
import { MOST_RANK } from "../../generated/limits.ts";
import { textIn } from "./item-edit.ts";
import { isNewId, suggestedId } from "./new-item.ts";

export type Category = CatalogCategoriesQuery["catalog"]["categories"][0];

/** What was typed; undefined: nothing, and the draft's value holds. */
export interface TypedCategory {
  /** Locale to a name; an empty one takes it away. */
  names: Readonly<Record<string, string>>;
  place?: string;
  withdrawn?: boolean;
}

export type WrongInCategory = "name" | "id" | "taken" | "place";
export type CategoryInput = Omit<EditCatalogCategoryInput, "operationId">;

const isPlace = (text: string): boolean => /^\d{1,7}$/.test(text) && Number(text) <= MOST_RANK;

/** The edit of a category's draft. */
export function categoryEditOf(category: Category, typed: TypedCategory) {
  const set: Pick<CategoryInput, "names" | "rank" | "withdrawn"> = {};
  const entries: string[] = [];
  const wrong: WrongInCategory[] = [];
  const changed = Object.entries(typed.names).flatMap(([locale, text]) => {
    const written = text.trim();
    if (written === textIn(category.names, locale)) return [];
    entries.push(`names/${locale}`);
    return [written ? { locale, text: written } : { locale, remove: true }];
  });
  if (changed.length > 0) set.names = changed;
  const left = category.names.filter(({ locale }) => typed.names[locale]?.trim() !== "");
  const added = Object.values(typed.names).some((text) => text.trim());
  if (left.length === 0 && !added) wrong.push("name");
  const place = typed.place?.trim();
  if (place !== undefined && place !== String(category.rank ?? "")) {
    if (!isPlace(place)) wrong.push("place");
    else {
      set.rank = Number(place);
      entries.push("rank");
    }
  }
  if (typed.withdrawn !== undefined && typed.withdrawn !== category.withdrawn) {
    set.withdrawn = typed.withdrawn;
    entries.push("withdrawn");
  }
  const stamps = new Map(category.entries.map(({ entry, stamp }) => [entry, stamp]));
  const expected: ExpectedEntryInput[] = entries.map((entry) => ({
    entry,
    stamp: stamps.get(entry) ?? null,
  }));
  return { set, expected, wrong, isEdit: entries.length > 0 || wrong.length > 0 };
}

export interface NewCategory {
  name: string;
  /** Undefined while nobody typed one: then the one that the name suggests. */
  id: string | undefined;
  place: string;
}

export const NO_CATEGORY: NewCategory = { name: "", id: undefined, place: "" };

export const categoryIdOf = ({ id, name }: NewCategory): string => (id ?? suggestedId(name)).trim();

/** The input that makes a category, or what has to be mended before. */
export function newCategoryOf(
  typed: NewCategory,
  { market, locale, taken }: { market: string; locale: string; taken: readonly string[] },
): { input?: CategoryInput; wrong: WrongInCategory[] } {
  const categoryId = categoryIdOf(typed);
  const name = typed.name.trim();
  const place = typed.place.trim();
  const id = isNewId(categoryId, taken);
  const wrong: WrongInCategory[] = [
    ...(name ? [] : (["name"] as const)),
    ...(id === "ok" ? [] : [id]),
    ...(place && !isPlace(place) ? (["place"] as const) : []),
  ];
  if (wrong.length > 0) return { wrong };
  return {
    wrong,
    input: {
      market,
      categoryId,
      names: [{ locale, text: name }],
      ...(place && { rank: Number(place) }),
      // Nothing is overwritten where somebody else made a category with this id meanwhile.
      expected: [`names/${locale}`, "rank"].map((entry) => ({ entry, stamp: null })),
    },
  };
}
