// What this reader chose on this device: language, pretended place, allergens to leave out.
import { type Cell, cell } from "./cell.ts";

/** By keys of the storage: what reads each preference again. */
const followers = new Map<string, () => void>();
let following = false;

/** Have preferences follow what other tabs choose: a tab that does not would undo it with its own next choice. */
export function followPreferences(): void {
  addEventListener("storage", ({ key }) => {
    following = true;
    // Without a key all of the storage was emptied.
    for (const [name, follow] of followers) if (key === null || key === name) follow();
    following = false;
  });
}

/** A cell kept in localStorage; works without it too (private windows, blocked storage). */
function kept<T>(name: string, fallback: T, isValid: (value: unknown) => value is T): Cell<T> {
  const key = `carte.${name}`;
  const preference = cell(read(key, fallback, isValid));
  followers.set(key, () => preference.set(read(key, fallback, isValid)));
  preference.watch((value) => {
    if (following) return;
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // The choice then lasts as long as the page, which is all that can be had.
    }
  });
  return preference;
}

function read<T>(key: string, fallback: T, isValid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return isValid(value) ? value : fallback;
  } catch {
    return fallback;
  }
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
