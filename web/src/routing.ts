// Addresses of the site: `/` with a search in its query, and `/store/<id>`.
import { cell } from "./cell.ts";
import type { Place } from "./places.ts";

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

export type Route = HomeRoute | StoreRoute | { page: "unknown" };

/** Read an address such as `/?q=paris&market=fr` or `/store/jp-00042`. */
export function parseRoute(path: string, query: string): Route {
  const store = /^\/store\/([^/]+)\/?$/.exec(path);
  if (store?.[1]) {
    try {
      return { page: "store", id: decodeURIComponent(store[1]) };
    } catch {
      return { page: "unknown" };
    }
  }
  if (path !== "/" && path !== "/index.html") return { page: "unknown" };
  const values = new URLSearchParams(query);
  return {
    page: "home",
    search: values.get("q") ?? "",
    market: values.get("market") ?? "",
    near: parsePoint(values.get("near")),
  };
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

export function startRouting(): void {
  currentRoute.set(here());
  addEventListener("popstate", () => currentRoute.set(here()));
  document.addEventListener("click", (event) => {
    const link = linkToFollow(event);
    if (!link) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
}

/** Go to an address of the site. `replace` keeps it out of the history, as while typing. */
export function navigate(address: string, replace = false): void {
  const samePage = address.split("?")[0] === location.pathname;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  currentRoute.set(here());
  if (!replace && !samePage) scrollTo({ top: 0, behavior: "instant" });
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
