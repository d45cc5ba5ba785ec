// How a conflict is settled: the entry is set again, to either value.
import type { AssortmentLineInput, EditConflictsQuery } from "../../generated/office.ts";

export type Conflict = EditConflictsQuery["editConflicts"]["edges"][0]["node"];

export interface Settlement {
  storeId: string;
  line: AssortmentLineInput;
}

const ASSORTMENT = /^STORE#([^/]+)\/ASSORTMENT$/;
const WHOLE = /^\d{1,9}$/;

/**
 * Return what sets the entry of a conflict to a value; undefined where this page cannot set it.
 *
 * Entries of what a store sells can be set: `glazed-ring/price` in minor units, `glazed-ring/listed`,
 * `glazed-ring/rank`.
 */
export function settlementOf(conflict: Conflict, value: string): Settlement | undefined {
  const storeId = ASSORTMENT.exec(conflict.document)?.[1];
  const [itemId, property, ...rest] = conflict.entry.split("/");
  if (!storeId || !itemId || rest.length > 0) return undefined;
  const plain = value.toLowerCase();
  switch (property) {
    case "price":
      return WHOLE.test(value)
        ? { storeId, line: { itemId, priceMinor: Number(value) } }
        : undefined;
    case "rank":
      return WHOLE.test(value) ? { storeId, line: { itemId, rank: Number(value) } } : undefined;
    case "listed":
      return plain === "true" || plain === "false"
        ? { storeId, line: { itemId, listed: plain === "true" } }
        : undefined;
    default:
      return undefined;
  }
}
