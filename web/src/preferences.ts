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

const MOST_FAVORITES = 200;

/** Keep an item as a favorite, or no longer. */
export function toggleFavoriteItem(id: string): void {
  const others = favoriteItems.get().filter((one) => one !== id);
  const was = others.length < favoriteItems.get().length;
  favoriteItems.set(was ? others : [id, ...others].slice(0, MOST_FAVORITES));
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

const MOST_STORES = 20;

/** Keep a store as a favorite, or no longer. */
export function toggleFavoriteStore(store: VisitedStore): void {
  const others = favoriteStores.get().filter(({ id }) => id !== store.id);
  const was = others.length < favoriteStores.get().length;
  favoriteStores.set(was ? others : [store, ...others].slice(0, MOST_STORES));
}

export function rememberVisit(store: VisitedStore): void {
  const others = visitedStores.get().filter(({ id }) => id !== store.id);
  visitedStores.set([store, ...others].slice(0, 4));
}
