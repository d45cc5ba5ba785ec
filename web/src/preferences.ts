// What this reader chose on this device: language, pretended place, allergens to leave out.
import { type Cell, cell } from "./cell.ts";

/** A cell kept in localStorage; works without it too (private windows, blocked storage). */
function kept<T>(name: string, fallback: T, isValid: (value: unknown) => value is T): Cell<T> {
  const key = `carte.${name}`;
  const preference = cell(read(key, fallback, isValid));
  preference.watch((value) => {
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

export interface VisitedStore {
  id: string;
  name: string;
  city: string;
}

const isVisits = (value: unknown): value is VisitedStore[] =>
  Array.isArray(value) && value.every((one) => isText(one?.id) && isText(one?.name));

/** Stores looked at last, newest first. */
export const visitedStores = kept<VisitedStore[]>("visited", [], isVisits);

export function rememberVisit(store: VisitedStore): void {
  const others = visitedStores.get().filter(({ id }) => id !== store.id);
  visitedStores.set([store, ...others].slice(0, 4));
}
