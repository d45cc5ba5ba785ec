// What an order board shows: orders with the steps that were pressed and not answered yet, and what changed.
import type { OrderStatus, StoreOrdersQuery } from "../generated/board.ts";

export type BoardOrder = StoreOrdersQuery["storeOrders"]["edges"][0]["node"];

/** What staff do with an order. `approve` lets a large order pass and accepts it. */
export type StepKind = "approve" | "accept" | "reject" | "ready" | "collect";

export interface Step {
  /** Made when it was pressed: however often it is sent, it has one effect. */
  operationId: string;
  orderId: string;
  kind: StepKind;
  /** Why, for `reject`. */
  reason: string;
}

const LEADS_TO: Record<StepKind, OrderStatus> = {
  approve: "ACCEPTED",
  accept: "ACCEPTED",
  reject: "REJECTED",
  ready: "READY",
  collect: "COLLECTED",
};

export type Column = "waiting" | "making" | "ready" | "done";
export const COLUMNS = ["waiting", "making", "ready"] as const satisfies readonly Column[];

const COLUMN_OF: Record<OrderStatus, Column> = {
  PLACED: "waiting",
  AUTHORIZED: "waiting",
  DECLINED: "done",
  ACCEPTED: "making",
  READY: "ready",
  COLLECTED: "done",
  CANCELLED: "done",
  REJECTED: "done",
  EXPIRED: "done",
  REFUNDED: "done",
};

/** Whether the order waits for the store's answer. */
export const isWaiting = ({ status }: Pick<BoardOrder, "status">): boolean =>
  COLUMN_OF[status] === "waiting";

/** Whether nothing is left to do with the order. */
export const isDone = ({ status }: Pick<BoardOrder, "status">): boolean =>
  COLUMN_OF[status] === "done";

export interface ShownOrder {
  order: BoardOrder;
  /** Whether it stands where it does because of a step that is not answered yet. */
  unsent: boolean;
}

/** The orders of each column, the one that is collected first at the top. */
export function columnsOf(
  orders: readonly BoardOrder[],
  steps: readonly Step[],
): Record<Column, ShownOrder[]> {
  const columns: Record<Column, ShownOrder[]> = { waiting: [], making: [], ready: [], done: [] };
  for (const order of [...orders].sort((a, b) => timeOf(a) - timeOf(b))) {
    const step = steps.findLast(({ orderId }) => orderId === order.id);
    const status = step ? LEADS_TO[step.kind] : order.status;
    columns[COLUMN_OF[status]].push({ order: { ...order, status }, unsent: step !== undefined });
  }
  columns.done.reverse();
  return columns;
}

const timeOf = ({ pickupAt }: BoardOrder): number => Date.parse(pickupAt);

export type Change =
  | { kind: "new"; id: string }
  | { kind: "status"; id: string; status: OrderStatus }
  /** A step that was pressed was not possible. */
  | { kind: "refused"; id: string; step: StepKind };

/** What others changed between two readings of the orders; what came and was done meanwhile asks for nothing. */
export function changesBetween(
  before: readonly BoardOrder[],
  after: readonly BoardOrder[],
): Change[] {
  const known = new Map(before.map(({ id, status }) => [id, status]));
  return after.flatMap(({ id, status }): Change[] => {
    const earlier = known.get(id);
    if (earlier === undefined) return isDone({ status }) ? [] : [{ kind: "new", id }];
    return COLUMN_OF[earlier] === COLUMN_OF[status] ? [] : [{ kind: "status", id, status }];
  });
}

/** In place of a day's number: orders that were kept on the device. Whatever is read of one since holds. */
export const KEPT_DAY = Number.NEGATIVE_INFINITY;

/** The days without what was kept, once all of them were read. */
export const withoutKept = (
  days: ReadonlyMap<number, readonly BoardOrder[]>,
): ReadonlyMap<number, readonly BoardOrder[]> =>
  days.has(KEPT_DAY) ? new Map([...days].filter(([day]) => day !== KEPT_DAY)) : days;

/** The orders of one day in place of what was known of that day. */
export const withDay = (
  days: ReadonlyMap<number, readonly BoardOrder[]>,
  day: number,
  orders: readonly BoardOrder[],
): Map<number, readonly BoardOrder[]> => new Map(days).set(day, orders);

/**
 * All orders of all days, each once: at midnight a day's number becomes another's. What today's list says of an
 * order holds: it is read many times as often as those of the other days.
 */
export function ordersOf(days: ReadonlyMap<number, readonly BoardOrder[]>): BoardOrder[] {
  const all = [...[...days.values()].flat(), ...(days.get(0) ?? [])];
  return [...new Map(all.map((order) => [order.id, order])).values()];
}

/** Changes that a board shows at most. */
export const MOST_CHANGES = 50;

/** What a change is about: of each there is one, the latest. */
export const keyOfChange = (change: Change): string =>
  [change.kind, change.id, change.kind === "refused" && change.step].join(" ");

/** The changes of before and more of them: of each order, kind and step the latest, in a bounded number. */
export function withChanges(before: readonly Change[], more: readonly Change[]): Change[] {
  const latest = new Map<string, Change>();
  for (const change of [...before, ...more]) {
    const key = keyOfChange(change);
    latest.delete(key);
    latest.set(key, change);
  }
  return [...latest.values()].slice(-MOST_CHANGES);
}

/** Beyond what the service's list of orders lags behind a step. */
const LAG_MS = 10_000;
/** Ids that the service takes with one reading. */
const MOST_CHANGED = 20;

/**
 * The orders of which a step was answered lately: the service reads these from its table, so that
 * the list has the steps. Forgets the others.
 *
 * @param steps When the latest step of each order was answered, the latest last; Unix milliseconds.
 * @param now Unix milliseconds.
 */
export function changedLately(steps: Map<string, number>, now: number): string[] {
  for (const [id, at] of steps) if (now - at > LAG_MS) steps.delete(id);
  return [...steps.keys()].slice(-MOST_CHANGED);
}
