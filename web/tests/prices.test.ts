// Prices and listing of several items: what is typed, what it changes, and what is sent.
import { expect, it } from "vitest";
import {
  changesOf,
  type Draft,
  linesOf,
  MOST_MINOR,
  parsePercent,
  parsePrice,
  withoutMade,
  withPercent,
  writePrice,
} from "../src/staff/prices/price-changes.ts";

const item = (itemId: string, priceMinor: number, listed = true) => ({
  itemId,
  name: itemId,
  priceMinor,
  listed,
});

it("reads prices as people type them, in the digits of the currency", () => {
  const typed = ["3.50", "3,5", " 3 ", "0.05", "0"];
  expect(typed.map((text) => parsePrice(text, 2))).toEqual([350, 350, 300, 5, 0]);
  expect(parsePrice("280", 0)).toBe(280);
  for (const text of ["", "x", "-1", "3.505", "1e3", "1.000,00", String(MOST_MINOR)]) {
    expect(parsePrice(text, 2), text).toBeUndefined();
  }
  expect(parsePrice("2.5", 0)).toBeUndefined();
  for (const minor of [1, 99, 350, MOST_MINOR]) {
    for (const digits of [0, 2]) expect(parsePrice(writePrice(minor, digits), digits)).toBe(minor);
  }
});

it("reads a change in percent as people type it, and nothing that is no such number", () => {
  const typed = ["5", "+2.5", "-7,5", " 10 ", "−3", "0", "90"];
  expect(typed.map(parsePercent)).toEqual([5, 2.5, -7.5, 10, -3, 0, 90]);
  for (const text of ["", "1e1", "0x9", "ten", "5%", "90.01", "-91", "100"]) {
    expect(parsePercent(text), text).toBeUndefined();
  }
});

it("changes only what is another value, and leaves out what it cannot read", () => {
  const items = [item("a", 350), item("b", 200), item("c", 100, false), item("d", 500)];
  const drafts = new Map<string, Draft>([
    ["a", { price: "3.50" }],
    ["b", { price: "2.10", listed: false }],
    ["c", { listed: true }],
    ["d", { price: "much" }],
  ]);
  expect(linesOf(changesOf(items, drafts, 2))).toEqual([
    { itemId: "b", priceMinor: 210, listed: false },
    { itemId: "c", listed: true },
  ]);
});

it("raises the shown prices by a percentage, rounded, and keeps what was typed beside", () => {
  const next = withPercent(
    new Map([["a", { listed: false }]]),
    [item("a", 333), item("b", 1)],
    10,
    2,
  );
  expect(next.get("a")).toEqual({ listed: false, price: "3.66" });
  expect(next.get("b")).toEqual({ price: "0.01" });
  expect(withPercent(new Map(), [item("b", 1)], -90, 2).get("b")).toEqual({ price: "0.01" });
});

it("keeps what was typed since the changes were sent, and what did not fit or could not be read", () => {
  const items = [item("a", 100), item("b", 100), item("c", 100), item("d", 100)];
  const sent = new Map<string, Draft>([
    ["a", { price: "2" }],
    ["b", { price: "3" }],
    ["c", { price: "4" }],
    ["d", { price: "much" }],
  ]);
  const made = changesOf(items, sent, 2).slice(0, 2);
  const typed = new Map(sent).set("b", { price: "3.50" });
  expect([...withoutMade(typed, made, sent)]).toEqual([
    ["b", { price: "3.50" }],
    ["c", { price: "4" }],
    ["d", { price: "much" }],
  ]);
});
