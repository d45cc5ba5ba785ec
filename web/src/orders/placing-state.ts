// What becomes of a store's cart that was ordered: known to all pages, without the code that orders.
import { type Cell, cell } from "../cell.ts";
import type { CartLine } from "./cart.ts";
import type { Refusal } from "./refusals.ts";

export type Placing =
  | { kind: "idle" }
  /** `again`: no region has answered yet, and it was sent once more. */
  | { kind: "sending"; again: boolean }
  | { kind: "refused"; refusals: readonly Refusal[] }
  /** The service refused it for a reason that is not the guest's; nothing was ordered. */
  | { kind: "failed" }
  /** It was stopped, was sent long ago, or failed after attempts without an answer: it may have been placed. */
  | { kind: "stopped" }
  | {
      kind: "placed";
      orderId: string;
      /** The order's lines, where the cart may have been changed since it was placed; empty if they are unknown. */
      earlier?: readonly OrderedLine[];
    };

type OrderedLine = Pick<CartLine, "itemId" | "quantity" | "priceMinor">;

const IDLE: Placing = { kind: "idle" };
const states = new Map<string, Cell<Placing>>();

export function placingOf(storeId: string): Cell<Placing> {
  let found = states.get(storeId);
  if (!found) {
    found = cell(IDLE);
    states.set(storeId, found);
  }
  return found;
}

/** Forget what became of the last attempt, after the guest changed something; not while it is being sent. */
export function clear(storeId: string): void {
  const state = placingOf(storeId);
  if (state.get().kind !== "sending") state.set(IDLE);
}
