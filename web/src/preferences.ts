// What this reader chose on this device: language, pretended place, allergens to leave out.
import { type Cell, cell } from "./cell.ts";
import { keep, readKept, whenKeptElsewhere } from "./kept-in-browser.ts";

/** A cell whose value is kept on the device. */
function kept<T>(name: string, fallback: T, isValid: (value: unknown) => value is T): Cell<T> {
  const key = `carte.${name}`;
  const read = () => readKept(key, isValid) ?? fallback;
  const preference = cell(read());
  let following = false;
  preference.watch((value) => {
    if (!following) keep(key, value);
  });
  whenKeptElsewhere((isChanged) => {
    if (!isChanged(key)) return;
    // What is followed is not written back: where all was emptied, nothing stays.
    following = true;
    preference.set(read());
    following = false;
  });
  return preference;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

/** A language of the interface, or "" for the browser's, with menus in the store's own. */
export const chosenLocale = kept("locale", "", isText);
/** The id of one of the places in places.ts, or "" for the place the edge sees. */
export const chosenPlace = kept("place", "", isText);
/** Allergens whose items are left out of menus. */
export const avoidedAllergens = kept<string[]>("avoided", [], isTexts);

/** Diets that menus can be reduced to; "" for all items. */
export const DIETS = ["", "VEGETARIAN", "VEGAN"] as const;
export type DietChoice = (typeof DIETS)[number];
/** The diet whose items alone menus show. */
export const chosenDiet = kept<DietChoice>("diet", "", (value): value is DietChoice =>
  DIETS.includes(value as DietChoice),
);

/** Ids of the items that the guest likes; an item has the same id in all stores of a market. */
export const favoriteItems = kept<string[]>("favorites", [], isTexts);
/** Whether menus show favorites alone, where they have any. */
export const onlyFavorites = kept("onlyFavorites", false, (value) => typeof value === "boolean");

/** Whether stores that are open now come first in lists. */
export const openFirst = kept("openFirst", false, (value) => typeof value === "boolean");

export const MOST_FAVORITE_ITEMS = 200;

/** Keep an item as a favorite, or no longer; as `toggle`. */
export const toggleFavoriteItem = (id: string, mayReplace = false): boolean =>
  toggle(favoriteItems, id, (one) => one === id, MOST_FAVORITE_ITEMS, mayReplace);

/**
 * Take an entry out of a list, or put it before the others.
 *
 * @param mayReplace Whether the last of the others, the oldest, leaves where the list is full.
 * @returns whether it was done: there may be no room.
 */
function toggle<T>(
  list: Cell<T[]>,
  entry: T,
  isSame: (one: T) => boolean,
  most: number,
  mayReplace: boolean,
): boolean {
  const all = list.get();
  const others = all.filter((one) => !isSame(one));
  const was = others.length < all.length;
  if (!was && !mayReplace && others.length >= most) return false;
  list.set(was ? others : [entry, ...others].slice(0, most));
  return true;
}

export interface VisitedStore {
  id: string;
  name: string;
  city: string;
}

const isVisits = (value: unknown): value is VisitedStore[] =>
  Array.isArray(value) && value.every((one) => isText(one?.id) && isText(one?.name));

/** Stores looked at last, newest first. */
export const visitedStores = kept<VisitedStore[]>("visited", [], isVisits);

/** Stores that the guest keeps, the latest first. */
export const favoriteStores = kept<VisitedStore[]>("favoriteStores", [], isVisits);

export const MOST_FAVORITE_STORES = 20;

/** Keep a store as a favorite, or no longer; as `toggle`. */
export const toggleFavoriteStore = (store: VisitedStore, mayReplace = false): boolean =>
  toggle(favoriteStores, store, ({ id }) => id === store.id, MOST_FAVORITE_STORES, mayReplace);

export function rememberVisit(store: VisitedStore): void {
  const others = visitedStores.get().filter(({ id }) => id !== store.id);
  visitedStores.set([store, ...others].slice(0, 4));
}
