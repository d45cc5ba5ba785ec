// What a store threw away on some days: read request by request, and added up.
import type { CarteSender } from "../../../clients/carte.ts";
import {
  StoreWasteDocument,
  type StoreWasteQuery,
  type WasteReason,
} from "../../generated/waste.ts";
import { request } from "../../graphql/client.ts";
import type { Reading } from "../../graphql/use-polling.ts";
import { REASONS } from "../waste/reasons.ts";

type Answered = StoreWasteQuery["storeWaste"];
export type DayWaste = Answered["days"][number];
export type ItemWaste = Answered["items"][number];

export interface Waste {
  store: Answered["store"];
  currency: string;
  days: readonly DayWaste[];
  /** The highest value first. */
  items: readonly ItemWaste[];
}

interface Wanted {
  storeId: string;
  /** Days by the store's calendar: ISO 8601. */
  from: string;
  to: string;
  send: CarteSender;
}

/** Read what a store threw away; many records in as many requests as it takes. */
export async function readWaste(
  { storeId, from, to, send }: Wanted,
  signal: AbortSignal,
): Promise<Reading<Waste>> {
  let found: Waste | undefined;
  let start = from;
  for (;;) {
    const outcome = await request(
      StoreWasteDocument,
      { storeId, from: start, to },
      { send, signal },
    );
    if (!outcome.ok) return outcome;
    const { nextFrom, ...part } = outcome.data.storeWaste;
    found = found ? joined(found, part) : part;
    // Each answer has a day at least; one that does not go on would be requested without end.
    if (!nextFrom || nextFrom <= start) return { ok: true, data: found };
    start = nextFrom;
  }
}

/** Join the waste of days that follow one another. */
export function joined(one: Waste, next: Waste): Waste {
  const items = new Map(one.items.map((item) => [item.itemId, item]));
  for (const item of next.items) {
    const known = items.get(item.itemId);
    items.set(item.itemId, known ? { ...known, ...sumOf([known, item]) } : item);
  }
  return {
    ...next,
    days: [...one.days, ...next.days],
    items: [...items.values()].sort(
      (a, b) => b.value.amountMinor - a.value.amountMinor || (a.itemId < b.itemId ? -1 : 1),
    ),
  };
}

/** Pieces and value, in all and by reason. */
export type WasteSum = Pick<DayWaste, "pieces" | "value" | "reasons">;

/** Add up; a reason that none has is left out. */
export function sumOf(sums: readonly WasteSum[]): WasteSum {
  const total = (of: readonly Pick<WasteSum, "pieces" | "value">[]) => ({
    pieces: of.reduce((before, { pieces }) => before + pieces, 0),
    value: { amountMinor: of.reduce((before, { value }) => before + value.amountMinor, 0) },
  });
  const reasons = sums.flatMap((sum) => sum.reasons);
  return {
    ...total(sums),
    reasons: REASONS.map((reason) => ({
      reason,
      ...total(reasons.filter((one) => one.reason === reason)),
    })).filter(({ pieces }) => pieces > 0),
  };
}

/** Pieces of a reason. */
export const piecesFor = ({ reasons }: WasteSum, reason: WasteReason): number =>
  reasons.find((one) => one.reason === reason)?.pieces ?? 0;
