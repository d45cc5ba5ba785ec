// The rows of a store's stock: what was counted or sold, and items that the store lists and never were.
import type { StockOfStoreQuery } from "../../generated/stock.ts";
import type { ListedItem } from "../listed-items.ts";

type Line = NonNullable<StockOfStoreQuery["inventory"]>["lines"][0];

export interface StockRow extends Line {
  /** The name, or the id of an item that the catalog does not have any more. */
  title: string;
}

export const FILTERS = ["all", "out", "low", "uncounted"] as const;
export type Filter = (typeof FILTERS)[number];

/** All rows by title. */
export function stockRows(
  lines: readonly Line[],
  listed: readonly ListedItem[] | undefined,
  language: string,
): StockRow[] {
  const names = new Map(listed?.map(({ itemId, name }) => [itemId, name]));
  const known = new Set(lines.map(({ itemId }) => itemId));
  const never = [...names]
    .filter(([itemId]) => !known.has(itemId))
    .map(([itemId, name]): Line => ({ ...NEVER, itemId, name }));
  // Of what was ordered or sold, never counted, and is not sold any more, there is nothing to say.
  const shown = lines.filter(
    ({ itemId, counted, reserved }) =>
      counted !== null || reserved > 0 || !listed || names.has(itemId),
  );
  const order = new Intl.Collator(language);
  return [...shown, ...never]
    .map((line) => ({ ...line, title: names.get(line.itemId) ?? line.name ?? line.itemId }))
    .sort((one, other) => order.compare(one.title, other.title));
}

const NEVER: Omit<Line, "itemId" | "name"> = {
  left: null,
  availability: "AVAILABLE",
  counted: null,
  countedAt: null,
  countedBy: null,
  soldSince: null,
  reserved: 0,
};

/** Whether a filter shows a row; `search` is compared without case and accents. */
export function isShown(row: StockRow, filter: Filter, search: string): boolean {
  const wanted = plain(search.trim());
  return fits(row, filter) && (!wanted || plain(row.title).includes(wanted));
}

export function fits(row: StockRow, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "out":
      return row.availability === "SOLD_OUT";
    case "low":
      return row.availability === "LOW";
    case "uncounted":
      return row.left === null;
  }
}

const plain = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
