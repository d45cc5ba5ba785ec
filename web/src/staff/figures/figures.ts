// A store's figures of a period: read request by request, and added up.
import type { CarteSender } from "../../../clients/carte.ts";
import { dayAfter } from "../../formatting/calendar-day.ts";
import { StoreFiguresDocument, type StoreFiguresQuery } from "../../generated/figures.ts";
import { latestAnswer } from "../../graphql/answer.ts";
import { request } from "../../graphql/client.ts";
import type { Reading } from "../../graphql/use-polling.ts";

type Answered = StoreFiguresQuery["storeFigures"];
export type DayFigures = Answered["days"][number];
export type OrderCounts = DayFigures["orders"];
export type ItemFigures = Answered["items"][number];

/** So many days up to today, or the days from one to another: ISO 8601. */
export type Period = { days: number } | { from: string; to: string };

export interface Figures {
  store: Answered["store"];
  today: string;
  currency: string;
  days: readonly DayFigures[];
  /** The highest revenue first. */
  items: readonly ItemFigures[];
}

interface Wanted {
  storeId: string;
  period: Period;
  send: CarteSender;
  /** What day it is in the store, as far as that is known; a wrong one costs a request more. */
  today: string | undefined;
}

/** The days of a period; undefined: it begins before today, and nobody knows yet what day it is in the store. */
function spanOf(period: Period, today: string | undefined): { from?: string; to?: string } {
  if ("from" in period) return period;
  // Without days the API takes today by the store's calendar.
  return period.days === 1 || !today ? {} : { from: dayAfter(today, 1 - period.days), to: today };
}

/** Read the figures of a store; a long period in as many requests as it takes. */
export async function readFigures(
  { storeId, period, send, today }: Wanted,
  signal: AbortSignal,
): Promise<Reading<Figures>> {
  let supposed = today;
  for (;;) {
    const span = spanOf(period, supposed);
    const found = await readSpan({ storeId, send, ...span }, signal);
    if (!found.ok) return found;
    const isOfToday = "from" in period || period.days === 1 || found.data.today === supposed;
    if (isOfToday) return found;
    supposed = found.data.today;
  }
}

async function readSpan(
  { storeId, send, from, to }: { storeId: string; send: CarteSender; from?: string; to?: string },
  signal: AbortSignal,
): Promise<Reading<Figures>> {
  let found: Figures | undefined;
  let start = from;
  for (;;) {
    const variables = { storeId, from: start ?? null, to: to ?? null };
    const outcome = await request(StoreFiguresDocument, variables, { send, signal });
    if (outcome.answer) latestAnswer.set(outcome.answer);
    if (!outcome.ok) return outcome;
    const { nextFrom, ...part } = outcome.data.storeFigures;
    found = found ? joined(found, part) : part;
    // Each answer has a day at least; one that does not go on would be requested without end.
    if (!nextFrom || nextFrom <= (start ?? "")) return { ok: true, data: found };
    start = nextFrom;
  }
}

/** Join the figures of days that follow one another. */
export const joined = (one: Figures, next: Figures): Figures => ({
  ...next,
  days: [...one.days, ...next.days],
  items: itemSums([...one.items, ...next.items]),
});

/** Each item once, with the sums of what was sold of it; the highest revenue first. */
export function itemSums(sold: readonly ItemFigures[]): ItemFigures[] {
  const items = new Map<string, ItemFigures>();
  for (const item of sold) {
    const known = items.get(item.itemId);
    items.set(item.itemId, known ? itemSum(known, item) : item);
  }
  return [...items.values()].sort(
    (a, b) => b.revenue.amountMinor - a.revenue.amountMinor || (a.itemId < b.itemId ? -1 : 1),
  );
}

const itemSum = (one: ItemFigures, more: ItemFigures): ItemFigures => ({
  ...one,
  pieces: one.pieces + more.pieces,
  revenue: { amountMinor: one.revenue.amountMinor + more.revenue.amountMinor },
  tax: { amountMinor: one.tax.amountMinor + more.tax.amountMinor },
});

const AMOUNTS = ["revenue", "tax", "charged", "refunded", "otherRefunds", "expected"] as const;
export const OUTCOMES = [
  "waiting",
  "inWork",
  "collected",
  "refunded",
  "cancelled",
  "rejected",
  "expired",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Sums over days: amounts in minor units, orders by outcome. */
export interface Totals {
  amounts: Record<(typeof AMOUNTS)[number], number>;
  orders: Record<"placed" | Outcome, number>;
  /** Days whose figures are not of all orders. */
  incomplete: readonly string[];
}

export function totalsOf(days: readonly DayFigures[]): Totals {
  const sum = (of: (day: DayFigures) => number) =>
    days.reduce((before, day) => before + of(day), 0);
  return {
    amounts: Object.fromEntries(
      AMOUNTS.map((name) => [name, sum((day) => day[name].amountMinor)]),
    ) as Totals["amounts"],
    orders: Object.fromEntries(
      (["placed", ...OUTCOMES] as const).map((name) => [name, sum(({ orders }) => orders[name])]),
    ) as Totals["orders"],
    incomplete: days.filter(({ complete }) => !complete).map(({ day }) => day),
  };
}
