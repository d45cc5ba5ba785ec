// Figures of a store as the service answers them.
import type { DayFigures, Figures } from "../../src/staff/figures/figures.ts";

export const STORE = {
  id: "de-1",
  name: "Carte Berlin",
  timeZone: "Europe/Berlin",
  market: { id: "de" },
};

const amount = (amountMinor: number) => ({ amountMinor });

/** A day with one collected order of so many minor units. */
const dayOf = (day: string, revenue: number): DayFigures => ({
  day,
  complete: true,
  orders: {
    placed: 1,
    waiting: 0,
    inWork: 0,
    collected: 1,
    cancelled: 0,
    rejected: 0,
    expired: 0,
    refunded: 0,
  },
  revenue: amount(revenue),
  tax: amount(revenue / 10),
  charged: amount(0),
  refunded: amount(0),
  otherRefunds: amount(0),
  expected: amount(0),
});

/**
 * @param days Revenue by day, in minor units.
 * @param items Pieces by item, one euro each.
 */
export function figuresOf(
  days: Record<string, number>,
  items: Record<string, number>,
  nextFrom: string | null = null,
): Figures & { nextFrom: string | null } {
  return {
    store: STORE,
    today: "2026-05-04",
    currency: "EUR",
    nextFrom,
    days: Object.entries(days).map(([day, revenue]) => dayOf(day, revenue)),
    items: Object.entries(items).map(([itemId, pieces]) => ({
      itemId,
      pieces,
      revenue: amount(pieces * 100),
      tax: amount(pieces * 10),
    })),
  };
}
