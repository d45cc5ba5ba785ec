// What a board keeps on the device for a reload without a network: its orders, and what it calls them and their items.
//
// Orders come without contacts and notes of guests, which are personal data, and without the reasons that people wrote.
import type { OrderStatus, PaymentState } from "../generated/board.ts";
import { type BoardOrder, isDone } from "./board-state.ts";
import { keepHere, keptHere } from "./session/kept-here.ts";

/** Orders that are kept at most, the earliest pickups. */
export const MOST_KEPT = 300;
/** How often a reading that changes nothing is written, so that its age is about right. */
const STAMP_MS = 10_000;

export interface BoardStore {
  name: string;
  /** IANA. */
  timeZone: string;
  market: { id: string };
}

/** A board as it was when the service listed its orders last. */
export interface KeptBoard {
  /** When the service listed them: Unix milliseconds, by its clock. */
  readAt: number;
  /** By how many milliseconds that clock was ahead of the device's. */
  aheadMs: number;
  orders: readonly BoardOrder[];
  /** Whether all days were read. */
  allRead: boolean;
  /** Whether the service could not be reached any more: what changes from then on is news. */
  wasLost: boolean;
  /** Undefined where it was not known. */
  store?: BoardStore | undefined;
  /** Names of the items of these orders. */
  names: Readonly<Record<string, string>>;
}

const nameOf = (storeId: string) => `board.${storeId}`;
/** Return what keeps a person's board within bounds. What did not change is written now and then. */
export function boardKeeper(storeId: string, subject: string): (board: KeptBoard) => void {
  /** What was written last, without its time, and of when it was. */
  let written = "";
  let writtenAt = 0;
  return ({ readAt, aheadMs, ...content }) => {
    const orders = inWork(content.orders).map(withoutWords);
    const text = JSON.stringify({ ...content, orders });
    if (text === written && Math.abs(readAt - writtenAt) < STAMP_MS) return;
    written = text;
    writtenAt = readAt;
    // One that is too long for the device is shortened.
    let most = orders.length;
    const isKept = () => {
      const kept: KeptBoard = { ...content, readAt, aheadMs, orders: orders.slice(0, most) };
      return keepHere(nameOf(storeId), subject, kept, readAt - aheadMs);
    };
    while (!isKept() && most > 0) most = Math.floor(most / 2);
  };
}

/** The board that was kept for a person; undefined where there is none of use. */
export const keptBoard = (storeId: string, subject: string): KeptBoard | undefined =>
  keptHere(nameOf(storeId), subject, isBoard);

/** Orders that somebody still works on: the id of an order opens it, so none is kept longer than it is needed. */
const inWork = (orders: readonly BoardOrder[]): BoardOrder[] =>
  orders
    .filter((one) => !isDone(one))
    .sort((a, b) => Date.parse(a.pickupAt) - Date.parse(b.pickupAt))
    .slice(0, MOST_KEPT);

const withoutWords = (order: BoardOrder): BoardOrder => ({
  ...order,
  lines: order.lines.map(({ itemId, quantity }) => ({ itemId, quantity })),
  events: order.events.map(({ kind, holds }) => ({ kind, holds, reason: null })),
});

const STATUSES: Record<OrderStatus, true> = {
  PLACED: true,
  AUTHORIZED: true,
  DECLINED: true,
  ACCEPTED: true,
  READY: true,
  COLLECTED: true,
  CANCELLED: true,
  REJECTED: true,
  EXPIRED: true,
  REFUNDED: true,
};
const PAYMENTS: Record<PaymentState, true> = {
  UNPAID: true,
  AT_STORE: true,
  PENDING: true,
  AUTHORIZED: true,
  DECLINED: true,
  CHARGED: true,
  PARTLY_REFUNDED: true,
  REFUNDED: true,
  RELEASED: true,
};

const isText = (value: unknown): value is string => typeof value === "string";
const isMoment = (value: unknown) => isText(value) && !Number.isNaN(Date.parse(value));

function isBoard(value: unknown): value is KeptBoard {
  const { readAt, aheadMs, orders, allRead, wasLost, store, names } = (value ??
    {}) as Partial<KeptBoard>;
  return (
    typeof readAt === "number" &&
    typeof aheadMs === "number" &&
    !Number.isNaN(new Date(readAt - aheadMs).getTime()) &&
    typeof allRead === "boolean" &&
    typeof wasLost === "boolean" &&
    Array.isArray(orders) &&
    orders.length <= MOST_KEPT &&
    orders.every(isOrder) &&
    (store === undefined || isStore(store)) &&
    typeof names === "object" &&
    names !== null &&
    Object.values(names).every(isText)
  );
}

function isOrder(value: unknown): value is BoardOrder {
  const order = (value ?? {}) as Partial<BoardOrder>;
  return (
    isText(order.id) &&
    Object.hasOwn(STATUSES, order.status ?? "") &&
    [order.pickupAt, order.acceptBy].every(isMoment) &&
    Array.isArray(order.lines) &&
    order.lines.every((line) => isText(line?.itemId) && typeof line.quantity === "number") &&
    typeof order.total?.amountMinor === "number" &&
    /^[A-Z]{3}$/.test(order.total.currency) &&
    Object.hasOwn(PAYMENTS, order.payment?.state ?? "") &&
    Array.isArray(order.events) &&
    order.events.every((event) => isText(event?.kind))
  );
}

function isStore(value: unknown): value is BoardStore {
  const { name, timeZone, market } = (value ?? {}) as Partial<BoardStore>;
  if (!isText(name) || !isText(timeZone) || !/^[a-z]{2}$/.test(market?.id ?? "")) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
