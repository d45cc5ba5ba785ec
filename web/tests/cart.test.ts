// A cart holds what was put into it, is the same in all tabs, and has one operationId until it is ordered.
import { readFileSync } from "node:fs";
import { beforeEach, expect, it, vi } from "vitest";
import { followOtherTabs } from "../src/kept-in-browser.ts";
import {
  type Cart,
  cartOf,
  changeCart,
  MOST_LINES,
  piecesOf,
  sumOf,
  withOrder,
  withQuantity,
} from "../src/orders/cart.ts";
import { orderIdOf, shortCode } from "../src/orders/order-id.ts";
import { pretendBrowser } from "./support/browser.ts";

const store = { storeId: "de-00001", storeName: "Carte Berlin", currency: "EUR" };
const ring = { itemId: "glazed-ring", name: "Glazed Ring", priceMinor: 250 };
const latte = { itemId: "latte", name: "Latte", priceMinor: 390 };

let browser: ReturnType<typeof pretendBrowser>;
beforeEach(() => {
  browser = pretendBrowser();
  return () => {
    // Cells outlive a test: the next one begins with an empty cart.
    changeCart(store.storeId, () => undefined);
    vi.unstubAllGlobals();
  };
});

const add = (item: typeof ring, quantity: number) =>
  changeCart(store.storeId, (cart) => withQuantity(cart, store, item, quantity));

it("keeps its operationId whatever is put into it, and has a new one after it was emptied", () => {
  add(ring, 1);
  const first = cartOf(store.storeId).get();
  add(latte, 2);
  add(ring, 3);
  const now = cartOf(store.storeId).get() as Cart;
  expect(now.operationId).toBe(first?.operationId);
  expect([piecesOf(now), sumOf(now)]).toEqual([5, 3 * 250 + 2 * 390]);
  add(ring, 0);
  add(latte, 0);
  expect(cartOf(store.storeId).get()).toBeUndefined();
  expect(browser.kept.size).toBe(0);
  add(ring, 1);
  expect(cartOf(store.storeId).get()?.operationId).not.toBe(first?.operationId);
});

it("holds no more than an order can", () => {
  add(ring, 1000);
  expect(piecesOf(cartOf(store.storeId).get())).toBe(99);
  add(ring, -1);
  for (let at = 0; at <= MOST_LINES; at++) add({ ...ring, itemId: `item-${at}` }, 1);
  expect(cartOf(store.storeId).get()?.lines).toHaveLength(MOST_LINES);
});

it("is changed as the last tab left it, and follows other tabs", () => {
  followOtherTabs();
  add(ring, 1);
  const key = `carte.cart.${store.storeId}`;
  const other = withQuantity(cartOf(store.storeId).get(), store, latte, 1);
  browser.kept.set(key, JSON.stringify(other));
  // Before the event of the other tab has arrived.
  add(ring, 2);
  expect(piecesOf(cartOf(store.storeId).get())).toBe(3);
  browser.kept.delete(key);
  browser.emit("storage", { key });
  expect(cartOf(store.storeId).get()).toBeUndefined();
});

it("survives what is no cart, and storage that refuses", () => {
  const key = `carte.cart.${store.storeId}`;
  for (const text of ["", "{", "null", "[]", '{"lines":[]}', '{"operationId":1,"lines":[null]}']) {
    browser.kept.set(key, text);
    add(ring, 1);
    expect(piecesOf(cartOf(store.storeId).get()), text).toBe(1);
    changeCart(store.storeId, () => undefined);
  }
  vi.stubGlobal("localStorage", {
    getItem: () => null,
    removeItem: () => undefined,
    setItem: () => {
      throw new Error("full");
    },
  });
  add(ring, 1);
  add(latte, 1);
  expect(piecesOf(cartOf(store.storeId).get())).toBe(2);
});

it("takes an earlier order in addition to what it holds", () => {
  add(ring, 1);
  changeCart(store.storeId, (cart) =>
    withOrder(cart, store, [
      { ...ring, quantity: 2 },
      { ...latte, quantity: 1 },
    ]),
  );
  expect(
    cartOf(store.storeId)
      .get()
      ?.lines.map(({ quantity }) => quantity),
  ).toEqual([3, 1]);
});

it("derives the order's id, and the number that people read, as the service does", async () => {
  // tests/unit/domain/orders/test_identity.py reads them, too.
  const file = new URL("../../tests/support/order_numbers.json", import.meta.url);
  const cases = JSON.parse(readFileSync(file, "utf8"));
  expect(cases.length).toBeGreaterThan(0);
  for (const { operationId, id, number } of cases) {
    expect(await orderIdOf(operationId)).toBe(id);
    expect(shortCode(id)).toBe(number);
  }
});

it("shows the orders that other tabs place", async () => {
  const { placedOrders } = await import("../src/orders/placed-orders.ts");
  followOtherTabs();
  const order = { ...store, id: "of-another-tab", placedAt: 1, lines: [], name: "Ada" };
  browser.kept.set("carte.orders", JSON.stringify([order]));
  browser.emit("storage", { key: "carte.orders" });
  expect(placedOrders.get()).toEqual([order]);
});

it("reads the orders of before when the page is loaded", async () => {
  const order = { ...store, id: "abc", placedAt: 1, lines: [], name: "Ada" };
  browser.kept.set("carte.orders", JSON.stringify([order]));
  vi.resetModules();
  const { placedOrders } = await import("../src/orders/placed-orders.ts");
  expect(placedOrders.get()).toEqual([order]);
});
