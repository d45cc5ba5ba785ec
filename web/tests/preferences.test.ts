// Favorites and the latest search, as they are kept on the device.
import { beforeEach, expect, it, vi } from "vitest";
import { pretendBrowser } from "./support/browser.ts";

let browser: ReturnType<typeof pretendBrowser>;
beforeEach(() => {
  browser = pretendBrowser();
  vi.resetModules();
});

it("keeps a favorite until it is none any more", async () => {
  const { favoriteItems, toggleFavoriteItem } = await import("../src/preferences.ts");
  toggleFavoriteItem("a");
  toggleFavoriteItem("b");
  expect(favoriteItems.get()).toEqual(["b", "a"]);
  expect(browser.kept.get("carte.favorites")).toBe('["b","a"]');
  toggleFavoriteItem("a");
  expect(favoriteItems.get()).toEqual(["b"]);
});

it("keeps a bounded number of favorite stores, none of which leaves by itself, and reads them again", async () => {
  const { favoriteStores, toggleFavoriteStore } = await import("../src/preferences.ts");
  const store = (n: number) => ({ id: `us-${n}`, name: "S", city: "C" });
  for (let n = 0; n < 20; n++) expect(toggleFavoriteStore(store(n))).toBe(true);
  const all = favoriteStores.get();
  expect(toggleFavoriteStore(store(20))).toBe(false);
  expect(favoriteStores.get()).toEqual(all);
  // The oldest one leaves where the guest agrees.
  expect(toggleFavoriteStore(store(20), true)).toBe(true);
  expect(favoriteStores.get()).toEqual([store(20), ...all.slice(0, -1)]);
  expect(toggleFavoriteStore(store(20), true)).toBe(true);
  expect(toggleFavoriteStore(store(0))).toBe(true);
  vi.resetModules();
  const again = await import("../src/preferences.ts");
  expect(again.favoriteStores.get()).toEqual([store(0), ...all.slice(0, -1)]);
  expect(again.toggleFavoriteStore(store(7))).toBe(true);
  expect(again.toggleFavoriteStore(store(20))).toBe(true);
  expect(again.favoriteStores.get()).toHaveLength(20);
  expect(again.favoriteStores.get()[0]?.id).toBe("us-20");
});

it("keeps a bounded number of favorite items, none of which leaves by itself", async () => {
  const { favoriteItems, MOST_FAVORITE_ITEMS, toggleFavoriteItem } = await import(
    "../src/preferences.ts"
  );
  for (let n = 0; n < MOST_FAVORITE_ITEMS; n++) expect(toggleFavoriteItem(`item-${n}`)).toBe(true);
  expect(toggleFavoriteItem("one-more")).toBe(false);
  expect(favoriteItems.get()).toContain("item-0");
  expect(favoriteItems.get()).not.toContain("one-more");
  expect(toggleFavoriteItem("item-5")).toBe(true);
  expect(toggleFavoriteItem("one-more")).toBe(true);
});

it("leads back to the search that a store was found by", async () => {
  const { currentRoute, latestSearch, parseRoute } = await import("../src/routing.ts");
  expect(latestSearch.get()).toBe("/");
  currentRoute.set(parseRoute("/", "?q=paris&market=fr"));
  currentRoute.set(parseRoute("/store/fr-00001", ""));
  expect(latestSearch.get()).toBe("/?q=paris&market=fr");
});

it("finds carts that were ordered and have no answer", async () => {
  const { changeCart, unsentCarts, withQuantity } = await import("../src/orders/cart.ts");
  vi.stubGlobal("crypto", { randomUUID: () => "1" });
  const store = { storeId: "us-1", storeName: "S", currency: "USD" };
  const item = { itemId: "a", name: "A", priceMinor: 1 };
  const sending = {
    at: 1,
    name: "Ada",
    mail: "",
    phone: "",
    slotId: "",
    cardToken: "",
    totalMinor: 1,
  };
  changeCart("us-1", (cart) => withQuantity(cart, store, item, 1));
  expect(unsentCarts()).toEqual([]);
  changeCart("us-1", (cart) => cart && { ...cart, sending });
  expect(unsentCarts()).toEqual(["us-1"]);
  vi.unstubAllGlobals();
});

it("follows what another tab chooses, and undoes none of it with the next choice", async () => {
  const { avoidedAllergens, favoriteItems, toggleFavoriteItem } = await import(
    "../src/preferences.ts"
  );
  (await import("../src/kept-in-browser.ts")).followOtherTabs();
  toggleFavoriteItem("a");
  browser.kept.set("carte.favorites", '["b","a"]');
  browser.emit("storage", { key: "carte.favorites" });
  browser.kept.set("carte.avoided", '["NUTS"]');
  browser.emit("storage", { key: "carte.avoided" });
  expect(avoidedAllergens.get()).toEqual(["NUTS"]);
  toggleFavoriteItem("c");
  expect(favoriteItems.get()).toEqual(["c", "b", "a"]);
  // Whoever clears the site's data in another tab finds nothing of it afterwards.
  browser.kept.clear();
  browser.emit("storage", { key: null });
  expect(favoriteItems.get()).toEqual([]);
  expect(browser.kept.size).toBe(0);
});

it("listens to other tabs once, for all that is kept", async () => {
  const listen = vi.fn(addEventListener);
  vi.stubGlobal("addEventListener", listen);
  const { favoriteItems } = await import("../src/preferences.ts");
  const { placedOrders } = await import("../src/orders/placed-orders.ts");
  const { cartOf } = await import("../src/orders/cart.ts");
  expect(cartOf("us-1").get()).toBeUndefined();
  (await import("../src/kept-in-browser.ts")).followOtherTabs();
  expect(listen.mock.calls.filter(([name]) => name === "storage")).toHaveLength(1);
  const store = { storeId: "us-1", storeName: "S", currency: "USD" };
  const line = { itemId: "a", name: "A", note: "", quantity: 1, priceMinor: 1 };
  const keep = (key: string, value: unknown) => {
    browser.kept.set(key, JSON.stringify(value));
    browser.emit("storage", { key });
  };
  keep("carte.favorites", ["a"]);
  keep("carte.orders", [{ ...store, id: "o", name: "", placedAt: 1, lines: [line] }]);
  keep("carte.cart.us-1", { ...store, operationId: "x", lines: [line] });
  expect(favoriteItems.get()).toEqual(["a"]);
  expect(placedOrders.get()[0]?.id).toBe("o");
  expect(cartOf("us-1").get()?.lines).toEqual([line]);
});
