// The CSV files of waste: their columns have the same names in every language.
import { type CsvFormat, csvText } from "../csv.ts";
import { REASONS } from "../waste/reasons.ts";
import { spanOf } from "./figure-files.ts";
import { piecesFor, type Waste, type WasteSum } from "./waste.ts";

const AMOUNTS = ["pieces", "value", ...REASONS.map((one) => one.toLowerCase()), "currency"];

const amountsOf = (sum: WasteSum, currency: string) => [
  ...[sum.pieces, { ...sum.value, currency }],
  ...[...REASONS.map((reason) => piecesFor(sum, reason)), currency],
];

/** A row for each day of each store; the columns of reasons are pieces. */
export function wasteDaysFile(stores: readonly Waste[], format: CsvFormat): string {
  const rows = stores.flatMap(({ store, currency, days }) =>
    days.map((one) => [
      ...[store.id, store.name, one.day, one.complete ? "yes" : "no"],
      ...amountsOf(one, currency),
    ]),
  );
  return csvText(["store_id", "store", "day", "complete", ...AMOUNTS], rows, format);
}

/** A row for each item of a store, of all its days together; the columns of reasons are pieces. */
export function wasteItemsFile(
  { store, currency, days, items }: Waste,
  nameOf: (itemId: string) => string,
  format: CsvFormat,
): string {
  const [from, to] = spanOf(days);
  const rows = items.map((one) => [
    ...[store.id, store.name, from, to, one.itemId, nameOf(one.itemId)],
    ...amountsOf(one, currency),
  ]);
  const columns = ["store_id", "store", "from", "to", "item_id", "item"];
  return csvText([...columns, ...AMOUNTS], rows, format);
}
