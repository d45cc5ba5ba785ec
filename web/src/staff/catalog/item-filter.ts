// Which items of a catalog are shown, and under which category.
import { nameOf } from "./item-edit.ts";
import type { ListedItem } from "./use-all-items.ts";

export const FILTERS = ["all", "changed", "notReady", "untranslated"] as const;
export type Filter = (typeof FILTERS)[number];

export const isFilter = (text: string): text is Filter =>
  (FILTERS as readonly string[]).includes(text);

const PASSES: Record<Filter, (item: ListedItem) => boolean> = {
  all: () => true,
  changed: ({ change }) => change !== null,
  notReady: ({ missing }) => missing.length > 0,
  untranslated: (item) => !item.withdrawn && untranslatedIn(item).length > 0,
};

/** Languages in which an item lacks a name or a description. */
export const untranslatedIn = (item: ListedItem): string[] => [
  ...new Set([...item.untranslatedNames, ...item.untranslatedDescriptions]),
];

export interface Group {
  id: string;
  name: string;
  items: readonly ListedItem[];
}

interface Categories {
  categories: readonly { id: string; names: readonly { locale: string; text: string }[] }[];
  noCategory: string;
  withdrawn: string;
}

/** An item that is open, and where it stood when it was opened. */
export interface Opened {
  itemId: string;
  category: string | null;
  withdrawn: boolean;
}

interface Wanted {
  filter: Filter;
  search: string;
  /** It stays, and where it is, whatever becomes of it. */
  open?: Opened | undefined;
}

/** Items that pass a filter and a search, by category in menu order; withdrawn ones last. */
export function groupsOf(
  items: readonly ListedItem[],
  { filter, search, open }: Wanted,
  { categories, noCategory, withdrawn }: Categories,
  ...locales: string[]
): Group[] {
  const wanted = search.trim().toLocaleLowerCase();
  const shown = items.filter(
    (item) =>
      item.itemId === open?.itemId ||
      (PASSES[filter](item) &&
        [item.itemId, ...item.draft.names.map(({ text }) => text)].some((text) =>
          text.toLocaleLowerCase().includes(wanted),
        )),
  );
  const known = new Set(categories.map(({ id }) => id));
  const placeOf = (item: ListedItem) =>
    item.itemId === open?.itemId
      ? open
      : { category: item.draft.category, withdrawn: item.withdrawn };
  const within = (fits: (category: string) => boolean) =>
    shown.filter((item) => {
      const { category, withdrawn } = placeOf(item);
      return !withdrawn && fits(category ?? "");
    });
  const groups = [
    ...categories.map(({ id, names }) => ({
      id,
      name: nameOf(names, ...locales) || id,
      items: within((category) => category === id),
    })),
    {
      id: " none",
      name: noCategory,
      items: within((category) => !known.has(category)),
    },
    { id: " withdrawn", name: withdrawn, items: shown.filter((item) => placeOf(item).withdrawn) },
  ];
  return groups.filter((group) => group.items.length > 0);
}
