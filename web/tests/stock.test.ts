// The stock screen: its rows, its filters, and what a file is uploaded as.
import { describe, expect, it } from "vitest";
import { FILTERS, isShown, type StockRow, stockRows } from "../src/staff/stock/stock-rows.ts";
import { typeOf } from "../src/staff/stock/upload.ts";

type Line = Omit<StockRow, "title">;
const line = (itemId: string, left: number | null, more: Partial<Line> = {}): Line => ({
  itemId,
  name: null,
  left,
  availability: left === null || left > 5 ? "AVAILABLE" : left > 0 ? "LOW" : "SOLD_OUT",
  counted: left,
  countedAt: null,
  countedBy: null,
  soldSince: 0,
  reserved: 0,
  ...more,
});
const listed = ["b", "c"].map((itemId) => ({
  itemId,
  name: `Item ${itemId.toUpperCase()}`,
  priceMinor: 100,
}));

describe("rows of a stock", () => {
  it("have the menu's names, and items of the menu that nobody counted", () => {
    const rows = stockRows(
      [line("b", 3), line("gone", 0), line("a", 9, { name: "Äpfel" })],
      listed,
      "de",
    );
    expect(rows.map(({ itemId, title, left }) => [itemId, title, left])).toEqual([
      ["a", "Äpfel", 9],
      ["gone", "gone", 0],
      ["b", "Item B", 3],
      ["c", "Item C", null],
    ]);
  });

  it("leave out what was ordered before anybody counted it and is not sold any more", () => {
    const lines = [
      line("withdrawn", null),
      line("waiting", null, { reserved: 2 }),
      line("b", null),
      line("counted", 0),
    ];
    const rows = stockRows(lines, listed, "en");
    expect(rows.map(({ itemId }) => itemId)).toEqual(["counted", "b", "c", "waiting"]);
    // As long as it is not known what the store lists, nothing is left out.
    expect(stockRows(lines, undefined, "en")).toHaveLength(4);
  });

  it("are shown by each filter, and by a part of the name without accents", () => {
    const rows = stockRows(
      [line("b", 3), line("gone", 0), line("a", 9, { name: "Äpfel" })],
      listed,
      "de",
    );
    const shown = (filter: (typeof FILTERS)[number], search = "") =>
      rows.filter((row) => isShown(row, filter, search)).map(({ itemId }) => itemId);
    expect(Object.fromEntries(FILTERS.map((filter) => [filter, shown(filter)]))).toEqual({
      all: ["a", "gone", "b", "c"],
      out: ["gone"],
      low: ["b"],
      uncounted: ["c"],
    });
    expect(shown("all", " APF")).toEqual(["a"]);
    expect(shown("out", "apf")).toEqual([]);
  });
});

it("uploads a file as what it is where that is a type of counts", () => {
  expect(typeOf({ type: "text/csv" })).toBe("text/csv");
  expect(typeOf({ type: "" })).toBe("application/octet-stream");
  expect(typeOf({ type: "text/html" })).toBe("application/octet-stream");
});
