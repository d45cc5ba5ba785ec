// Addresses of the site: `/` with a search in its query, stores with their items and carts, orders, staff.
import { cell } from "./cell.ts";
import { isLanguage } from "./i18n/language.ts";
import type { Place } from "./places.ts";
import { chosenLocale } from "./preferences.ts";
import { leavePage, returnTo, startAtTop } from "./scrolling.ts";

export interface HomeRoute {
  page: "home";
  search: string;
  market: string;
  near: Place | undefined;
}

export interface StoreRoute {
  page: "store";
  id: string;
}

export interface ItemRoute {
  page: "item";
  /** Id of the store. */
  id: string;
  itemId: string;
}

/** `cart` has the id of a store, `order` that of an order. */
export interface OwnRoute {
  page: "cart" | "order";
  id: string;
}

/** A page of staff: `src/staff` reads the rest of the address. */
export interface StaffRoute {
  page: "staff";
  /** The parts of the path, such as `["staff", "de-00001", "stock"]`. */
  parts: readonly string[];
}

export type Route =
  | HomeRoute
  | StoreRoute
  | ItemRoute
  | OwnRoute
  | StaffRoute
  | { page: "privacy" | "imprint" }
  | { page: "unknown" };

const UNKNOWN = { page: "unknown" } as const;
/** The first parts of the paths of pages of staff. */
const STAFF = ["staff", "signin", "office", "ops"];

/** Read an address such as `/?q=paris&market=fr` or `/store/jp-00042/item/glazed-ring`. */
export function parseRoute(path: string, query: string): Route {
  if (path !== "/" && path !== "/index.html") return parsePath(path);
  const values = new URLSearchParams(query);
  return {
    page: "home",
    search: values.get("q") ?? "",
    market: values.get("market") ?? "",
    near: parsePoint(values.get("near")),
  };
}

function parsePath(path: string): Route {
  const parts = partsOf(path);
  if (!parts) return UNKNOWN;
  const [root = "", id = "", part, itemId] = parts;
  if ((root === "privacy" || root === "imprint") && parts.length === 1) return { page: root };
  if (STAFF.includes(root)) return { page: "staff", parts };
  if (root === "order" && id && parts.length === 2) return { page: "order", id };
  if (root !== "store" || !id) return UNKNOWN;
  if (parts.length === 2) return { page: "store", id };
  if (part === "cart" && parts.length === 3) return { page: "cart", id };
  if (part === "item" && itemId && parts.length === 4) return { page: "item", id, itemId };
  return UNKNOWN;
}

/** The decoded parts of a path; undefined where one is empty or cannot be decoded. */
function partsOf(path: string): string[] | undefined {
  try {
    const parts = path
      .replace(/^\/|\/$/g, "")
      .split("/")
      .map(decodeURIComponent);
    return parts.every(Boolean) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function parsePoint(text: string | null): Place | undefined {
  const found = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text ?? "");
  if (!found) return undefined;
  const [latitude, longitude] = [Number(found[1]), Number(found[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? { latitude, longitude }
    : undefined;
}

export const storePath = (id: string): string => `/store/${encodeURIComponent(id)}`;
export const cartPath = (storeId: string): string => `${storePath(storeId)}/cart`;
export const itemPath = (storeId: string, itemId: string): string =>
  `${storePath(storeId)}/item/${encodeURIComponent(itemId)}`;
export const orderPath = (orderId: string): string => `/order/${encodeURIComponent(orderId)}`;

export function homePath(route: Partial<Omit<HomeRoute, "page">>): string {
  const values = new URLSearchParams();
  if (route.search) values.set("q", route.search);
  if (route.market) values.set("market", route.market);
  const query = values.toString();
  // The comma stays readable: a place is not a form field.
  const near = route.near && `near=${route.near.latitude},${route.near.longitude}`;
  const all = [query, near].filter(Boolean).join("&");
  return all ? `/?${all}` : "/";
}

const here = (): Route => parseRoute(location.pathname, location.search);

export const currentRoute = cell<Route>({ page: "unknown" });

/** The address of the latest search for a store, or of the first page: where "All stores" leads. */
export const latestSearch = cell("/");
currentRoute.watch((route) => {
  if (route.page === "home") latestSearch.set(homePath(route));
});

/** Asks before a link of the site is followed or the history leads away, where a page has something that is not saved. */
export const leaving: { isMeant?: () => boolean } = {};

const isMeant = (): boolean => !leaving.isMeant || leaving.isMeant();

/** Where the shown page stands in the history of the tab, by the number that each of its entries has. */
let entry = 0;
/** The address of the shown page: while the browser has gone to another entry, `location` is that entry's. */
let shown = { path: "", address: "" };

const numberOf = (state: unknown): number | undefined => {
  const { entry: number } = (state ?? {}) as { entry?: unknown };
  return typeof number === "number" ? number : undefined;
};

/** Whether the history leads away from a page that is kept. */
let isReturning = false;

/**
 * Take the address for the one that is shown. An entry that a link within the page made has no number yet; where the
 * same link is pressed again, the browser makes no further one.
 */
function arrive(): void {
  const { pathname: path, search, hash } = location;
  const address = path + search + hash;
  entry = numberOf(history.state) ?? (address === shown.address ? entry : entry + 1);
  shown = { path, address };
  if (numberOf(history.state) === undefined) {
    history.replaceState({ ...history.state, entry }, "");
  }
  isReturning = false;
  currentRoute.set(here());
}

/**
 * Go on to where Back or Forward has led, unless the page is to be kept: the browser cannot be made to wait, so it is
 * led back by as many entries, and nothing of the page changes meanwhile.
 */
function follow(state: unknown): void {
  const to = numberOf(state);
  const isElsewhere = to !== undefined && to !== entry && location.pathname !== shown.path;
  if (isElsewhere && (isReturning || !isMeant())) {
    isReturning = true;
    history.go(entry - to);
    return;
  }
  if (isReturning && to === entry) {
    isReturning = false;
    return;
  }
  arrive();
  // A link within the page has no state, and the browser scrolls to its target.
  if (state) returnTo(state);
}

export function startRouting(): void {
  // A page in a language, as search engines link to it.
  const language = new URLSearchParams(location.search).get("lang") ?? "";
  if (isLanguage(language)) chosenLocale.set(language);
  entry = -1;
  arrive();
  addEventListener("popstate", ({ state }) => follow(state));
  document.addEventListener("click", (event) => {
    const link = linkToFollow(event);
    if (!link) return;
    event.preventDefault();
    if (!isMeant()) return;
    navigate(link.pathname + link.search + link.hash);
  });
}

/** Go to an address of the site. `replace` keeps it out of the history, as while typing. */
export function navigate(address: string, replace = false): void {
  const samePage = address.split(/[?#]/)[0] === location.pathname;
  if (!replace) leavePage();
  if (replace && samePage) {
    history.replaceState(history.state, "", address);
  } else {
    // Every entry has a position, so that going forward to it finds one too.
    const state = { scroll: samePage ? scrollY : 0, entry: replace ? entry : entry + 1 };
    if (replace) history.replaceState(state, "", address);
    else history.pushState(state, "", address);
  }
  arrive();
  if (samePage) return;
  startAtTop();
  if (location.hash) returnTo(undefined);
}

/** The link of our own that was clicked plainly: everything else is left to the browser. */
function linkToFollow(event: MouseEvent): HTMLAnchorElement | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link?.href || link.target || link.origin !== location.origin) return undefined;
  if (link.pathname === location.pathname && link.hash) return undefined;
  return parseRoute(link.pathname, link.search).page === "unknown" ? undefined : link;
}
