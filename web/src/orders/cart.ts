// What the guest wants to order: one cart for each store, kept on this device and shared by all tabs.

import { type Cell, cell } from "../cell.ts";
import { MOST_ORDERED_LINES, MOST_ORDERED_PIECES } from "../generated/limits.ts";
import { keep, readKept, whenKeptElsewhere } from "../kept-in-browser.ts";

export interface CartLine {
  itemId: string;
  /** As the menu named it when it was added. */
  name: string;
  quantity: number;
  /** Of one piece when it was added, in the currency's minor unit. */
  priceMinor: number;
  /** The guest's wish; may be empty. */
  note: string;
}

/** What was sent to place the order, as long as its answer is not known. */
export interface Sending {
  /** When the guest ordered, in milliseconds since 1970. */
  at: number;
  name: string;
  mail: string;
  phone: string;
  /** The pickup slot's id, or empty for as soon as possible. */
  slotId: string;
  /** A test card's token, or empty to pay at the store. */
  cardToken: string;
  totalMinor: number;
  /** Until when the guest would wait, as the API takes it; carts of an earlier version have none. */
  latest?: string;
}

/** When an order is collected. */
export interface Pickup {
  /** Day by the store's calendar, such as `2026-11-28`; empty for as soon as possible. */
  day: string;
  /** The pickup slot's id; empty until a slot of the day is chosen. */
  slotId: string;
}

export const SOON: Pickup = { day: "", slotId: "" };

export interface Cart {
  /**
   * Made once with the cart and sent with each attempt: however often and from however many tabs the cart is
   * ordered, it becomes one order.
   */
  operationId: string;
  storeId: string;
  storeName: string;
  currency: string;
  lines: readonly CartLine[];
  /** As soon as possible where nothing was chosen. */
  pickup?: Pickup | undefined;
  /** A test card's token, or empty to pay at the store; nothing was chosen where it is missing. */
  cardToken?: string | undefined;
  sending?: Sending | undefined;
}

/** What the API takes: pieces of a line, lines of an order. */
export const MOST_PIECES = MOST_ORDERED_PIECES;
export const MOST_LINES = MOST_ORDERED_LINES;

export type AddedItem = Omit<CartLine, "quantity" | "note">;
export type CartStore = Pick<Cart, "storeId" | "storeName" | "currency">;

/** Set how many pieces of an item are wanted; 0 removes it. A cart that holds nothing is none. */
export function withQuantity(
  cart: Cart | undefined,
  store: CartStore,
  item: AddedItem,
  quantity: number,
): Cart | undefined {
  const base = cart ?? { ...store, operationId: crypto.randomUUID(), lines: [] };
  const pieces = Math.min(MOST_PIECES, Math.max(0, Math.floor(quantity)));
  const known = base.lines.find(({ itemId }) => itemId === item.itemId);
  if (!known && base.lines.length >= MOST_LINES) return cart;
  const lines = known
    ? base.lines.map((line) => (line === known ? { ...line, ...item, quantity: pieces } : line))
    : [...base.lines, { ...item, quantity: pieces, note: "" }];
  const left = lines.filter((line) => line.quantity > 0);
  return left.length > 0 ? { ...base, lines: left } : undefined;
}

export const withNote = (cart: Cart, itemId: string, note: string): Cart => ({
  ...cart,
  lines: cart.lines.map((line) => (line.itemId === itemId ? { ...line, note } : line)),
});

/** Add what was ordered before to a cart. */
export const withOrder = (
  cart: Cart | undefined,
  store: CartStore,
  lines: readonly (AddedItem & { quantity: number })[],
): Cart | undefined =>
  lines.reduce(
    (now, { quantity, ...item }) =>
      withQuantity(now, store, item, quantityOf(now, item.itemId) + quantity),
    cart,
  );

/** The pickup that was chosen for a cart; a day before `today` is passed, and as good as none. */
export const pickupOf = ({ pickup }: Cart, today: string): Pickup =>
  pickup && pickup.day >= today ? pickup : SOON;

export const quantityOf = (cart: Cart | undefined, itemId: string): number =>
  cart?.lines.find((line) => line.itemId === itemId)?.quantity ?? 0;

/** Whether these lines have the items of a cart, in the same quantities. */
export const isOf = (
  cart: Cart,
  lines: readonly Pick<CartLine, "itemId" | "quantity">[],
): boolean =>
  lines.length === cart.lines.length &&
  lines.every(({ itemId, quantity }) => quantityOf(cart, itemId) === quantity);

export const piecesOf = (cart: Cart | undefined): number =>
  cart?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;

/** The sum of the prices as they were when the items were added; the quote has the one that counts. */
export const sumOf = (cart: Cart): number =>
  cart.lines.reduce((sum, line) => sum + line.quantity * line.priceMinor, 0);

const cells = new Map<string, Cell<Cart | undefined>>();
const PREFIX = "carte.cart.";

/** The cart of a store; undefined while it is empty. */
export function cartOf(storeId: string): Cell<Cart | undefined> {
  let found = cells.get(storeId);
  if (!found) {
    found = cell(readKept(PREFIX + storeId, isCart));
    cells.set(storeId, found);
  }
  return found;
}

/** Change a cart as it is now, whichever tab changed it last; undefined empties it. */
export function changeCart(
  storeId: string,
  change: (cart: Cart | undefined) => Cart | undefined,
): void {
  const changed = change(readKept(PREFIX + storeId, isCart));
  keep(PREFIX + storeId, changed);
  cartOf(storeId).set(changed);
}

/** The ids of the stores whose carts were ordered and have no answer yet. */
export function unsentCarts(): string[] {
  try {
    return Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? "")
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => key.slice(PREFIX.length))
      .filter((storeId) => cartOf(storeId).get()?.sending);
  } catch {
    return [];
  }
}

whenKeptElsewhere((isChanged) => {
  for (const [storeId, one] of cells) {
    if (isChanged(PREFIX + storeId)) one.set(readKept(PREFIX + storeId, isCart));
  }
});

const isText = (value: unknown): value is string => typeof value === "string";

function isCart(value: unknown): value is Cart {
  const cart = value as Cart | null;
  return (
    typeof cart === "object" &&
    cart !== null &&
    [cart.operationId, cart.storeId, cart.storeName, cart.currency].every(isText) &&
    Array.isArray(cart.lines) &&
    cart.lines.length > 0 &&
    cart.lines.every(isLine) &&
    (cart.pickup === undefined || isPickup(cart.pickup)) &&
    (cart.cardToken === undefined || isText(cart.cardToken)) &&
    (cart.sending === undefined || isSending(cart.sending))
  );
}

const isLine = (line: CartLine | null): boolean =>
  [line?.itemId, line?.name, line?.note].every(isText) &&
  Number.isInteger(line?.quantity) &&
  Number.isInteger(line?.priceMinor);

const isPickup = (pickup: Pickup | null): boolean => [pickup?.day, pickup?.slotId].every(isText);

const isSending = (sending: Sending | null): boolean =>
  [sending?.name, sending?.mail, sending?.phone, sending?.slotId, sending?.cardToken].every(
    isText,
  ) &&
  Number.isInteger(sending?.at) &&
  Number.isInteger(sending?.totalMinor) &&
  (sending?.latest === undefined || isText(sending.latest));
