// Addresses lead to pages and back.
import { expect, it } from "vitest";
import { PLACE_IDS, placeHeader } from "../src/places.ts";
import { cartPath, homePath, itemPath, orderPath, parseRoute, storePath } from "../src/routing.ts";

const home = { page: "home", search: "", market: "", near: undefined };

it("reads store addresses, escaped ones too", () => {
  expect(parseRoute("/store/fr-00001", "")).toEqual({ page: "store", id: "fr-00001" });
  expect(parseRoute("/store/a%2Fb/", "")).toEqual({ page: "store", id: "a/b" });
  expect(parseRoute(storePath("a/b c"), "")).toEqual({ page: "store", id: "a/b c" });
});

it("reads the addresses of items, carts, orders and staff", () => {
  expect(parseRoute(itemPath("de-1", "a/b"), "")).toEqual({
    page: "item",
    id: "de-1",
    itemId: "a/b",
  });
  expect(parseRoute(cartPath("de-1"), "")).toEqual({ page: "cart", id: "de-1" });
  expect(parseRoute(`${orderPath("abc")}/`, "")).toEqual({ page: "order", id: "abc" });
  expect(parseRoute("/staff/de-1", "")).toEqual({ page: "staff", parts: ["staff", "de-1"] });
  expect(parseRoute("/signin", "?code=1")).toEqual({ page: "staff", parts: ["signin"] });
  expect(parseRoute("/privacy", "")).toEqual({ page: "privacy" });
  expect(parseRoute("/imprint/", "")).toEqual({ page: "imprint" });
});

it("reads searches, markets and points", () => {
  expect(parseRoute("/", "")).toEqual(home);
  expect(parseRoute("/", "?q=new+york&market=us")).toEqual({
    ...home,
    search: "new york",
    market: "us",
  });
  const near = { latitude: -33.87, longitude: 151.21 };
  expect(parseRoute("/", "?near=-33.87,151.21")).toEqual({ ...home, near });
});

it("forgets points that are nowhere", () => {
  for (const near of ["91,0", "0,181", "x", "1", "1,2,3", ""]) {
    expect(parseRoute("/", `?near=${near}`)).toEqual(home);
  }
});

it("knows what is not a page", () => {
  for (const path of [
    "/store",
    "/store/",
    "/store/a/b",
    "/store/a/item",
    "/store/a/cart/b",
    "/store//cart",
    "/order",
    "/order/a/b",
    "/elsewhere",
    "/store/%E0%A4%A",
  ]) {
    expect(parseRoute(path, "")).toEqual({ page: "unknown" });
  }
});

it("writes the addresses that it reads", () => {
  expect(homePath({})).toBe("/");
  const near = { latitude: 1.35, longitude: 103.82 };
  for (const route of [{ search: "a&b", market: "fr" }, { near }]) {
    const { pathname, search } = new URL(homePath(route), "http://site");
    expect(parseRoute(pathname, search)).toEqual({ ...home, ...route });
  }
});

it("turns every place into a point for the edge", () => {
  for (const id of PLACE_IDS) expect(placeHeader(id)).toMatch(/^-?[\d.]+,-?[\d.]+$/);
  expect(placeHeader("")).toBeUndefined();
  expect(placeHeader("toString")).toBeUndefined();
});
