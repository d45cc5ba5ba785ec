// The orders that were placed on this device, newest first: to find them again, and to order the same again.
import { type Cell, cell } from "../cell.ts";
import { keep, readKept, whenKeptElsewhere } from "../kept-in-browser.ts";
import type { CartLine } from "./cart.ts";

export interface PlacedOrder {
  id: string;
  storeId: string;
  storeName: string;
  currency: string;
  /** Milliseconds since 1970. */
  placedAt: number;
  lines: readonly CartLine[];
  /** The name to call, which only this device shows. */
  name: string;
  /** The cart was changed after it had been ordered: this order is without those changes. */
  earlier?: boolean;
}

const KEY = "carte.orders";
/** Orders that a device keeps; the oldest one leaves for another. */
export const MOST_ORDERS = 20;

function areOrders(value: unknown): value is PlacedOrder[] {
  return Array.isArray(value) && value.every(isOrder);
}

const isOrder = (order: PlacedOrder | null): boolean =>
  [order?.id, order?.storeId, order?.storeName, order?.currency, order?.name].every(
    (text) => typeof text === "string",
  ) &&
  Number.isInteger(order?.placedAt) &&
  Array.isArray(order?.lines);

export const placedOrders: Cell<readonly PlacedOrder[]> = cell(readKept(KEY, areOrders) ?? []);

whenKeptElsewhere((isChanged) => {
  if (isChanged(KEY)) placedOrders.set(readKept(KEY, areOrders) ?? []);
});

export function rememberOrder(order: PlacedOrder): void {
  const others = (readKept(KEY, areOrders) ?? []).filter(({ id }) => id !== order.id);
  const all = [order, ...others].slice(0, MOST_ORDERS);
  keep(KEY, all);
  placedOrders.set(all);
}
