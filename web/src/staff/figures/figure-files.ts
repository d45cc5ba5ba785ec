// The CSV files of figures: their columns have the same names in every language.
import { type CsvFormat, csvText } from "../csv.ts";
import type { Figures } from "./figures.ts";

const DAY_COLUMNS = [
  ...["store_id", "store", "day", "complete"],
  ...["orders", "waiting", "in_work", "collected", "refunded_orders"],
  ...["cancelled", "rejected", "expired"],
  ...["revenue", "tax", "charged", "refunds", "other_refunds", "expected", "currency"],
];

interface StoreDays extends Pick<Figures, "currency" | "days"> {
  store: Pick<Figures["store"], "id" | "name">;
}

/** A row for each day of each store. */
export function daysFile(stores: readonly StoreDays[], format: CsvFormat): string {
  const rows = stores.flatMap(({ store, currency, days }) =>
    days.map((one) => {
      const { orders } = one;
      const amount = ({ amountMinor }: { amountMinor: number }) => ({ amountMinor, currency });
      return [
        ...[store.id, store.name, one.day, one.complete ? "yes" : "no"],
        ...[orders.placed, orders.waiting, orders.inWork, orders.collected, orders.refunded],
        ...[orders.cancelled, orders.rejected, orders.expired],
        ...[amount(one.revenue), amount(one.tax), amount(one.charged), amount(one.refunded)],
        ...[amount(one.otherRefunds), amount(one.expected), currency],
      ];
    }),
  );
  return csvText(DAY_COLUMNS, rows, format);
}

/** A row for each item of a store, of all its days together. */
export function itemsFile(
  { store, currency, days, items }: Figures,
  nameOf: (itemId: string) => string,
  format: CsvFormat,
): string {
  const [from, to] = spanOf(days);
  const columns = ["store_id", "store", "from", "to", "item_id", "item", "pieces"];
  const rows = items.map(({ itemId, pieces, revenue, tax }) => [
    ...[store.id, store.name, from, to, itemId, nameOf(itemId), pieces],
    { ...revenue, currency },
    { ...tax, currency },
    currency,
  ]);
  return csvText([...columns, "revenue", "tax", "currency"], rows, format);
}

/** A row for each item that the stores of a market sold on a day. */
export function marketItemsFile(
  { market, day, currency }: { market: string; day: string; currency: string },
  items: Figures["items"],
  nameOf: (itemId: string) => string,
  format: CsvFormat,
): string {
  const rows = items.map(({ itemId, pieces, revenue, tax }) => [
    ...[market, day, itemId, nameOf(itemId), pieces],
    { ...revenue, currency },
    { ...tax, currency },
    currency,
  ]);
  const columns = ["market", "day", "item_id", "item", "pieces"];
  return csvText([...columns, "revenue", "tax", "currency"], rows, format);
}

/** The first and the last of some days, in their order. */
export const spanOf = (days: readonly { day: string }[]): [string, string] => [
  days[0]?.day ?? "",
  days.at(-1)?.day ?? "",
];
