// Changes of prices and listing before they are sent: what was typed, and what that changes.
import type { AssortmentLineInput } from "../../generated/prices.ts";

/** An item as the store sells it now. */
export interface PricedItem {
  itemId: string;
  name: string;
  /** Minor units. */
  priceMinor: number;
  listed: boolean;
}

/** What was typed for an item; undefined: nothing. */
export interface Draft {
  price?: string;
  listed?: boolean;
}

export type Drafts = ReadonlyMap<string, Draft>;

export interface Change {
  item: PricedItem;
  /** Undefined: the price stays. */
  priceMinor: number | undefined;
  /** Undefined: the listing stays. */
  listed: boolean | undefined;
}

/** Of one item, in minor units: the API takes more, and a person who types more has slipped. */
export const MOST_MINOR = 10_000_000;

/** Read a price such as `3.50` or `3,5` as minor units; undefined where it is none. */
export function parsePrice(text: string, digits: number): number | undefined {
  const found = /^(\d{1,9})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!found) return undefined;
  const fraction = found[2] ?? "";
  if (fraction.length > digits) return undefined;
  const minor = Number(found[1]) * 10 ** digits + Number(fraction.padEnd(digits, "0") || 0);
  return minor <= MOST_MINOR ? minor : undefined;
}

/** By how much prices are changed at once: who types more has slipped. */
export const MOST_PERCENT = 90;

/** Read a change such as `5`, `+2.5` or `-7,5` in percent; undefined where it is none, or too much. */
export function parsePercent(text: string): number | undefined {
  const found = /^[+-]?\d{1,2}(?:[.,]\d{1,2})?$/.exec(text.trim().replace("−", "-"));
  const percent = found ? Number(found[0].replace(",", ".")) : Number.NaN;
  return Math.abs(percent) <= MOST_PERCENT ? percent : undefined;
}

/** Write minor units for a field: `3.50`. */
export const writePrice = (minor: number, digits: number): string =>
  (minor / 10 ** digits).toFixed(digits);

/** A price as it may be typed: `3.50`, or `350` where the currency has no decimals. */
export const examplePrice = (digits: number): string => writePrice(350, digits);

/** Whether what was typed for an item cannot be read. */
export const isWrong = ({ price }: Draft, digits: number): boolean =>
  price !== undefined && parsePrice(price, digits) === undefined;

/** What the drafts change, without those that change nothing or cannot be read. */
export function changesOf(items: readonly PricedItem[], drafts: Drafts, digits: number): Change[] {
  return items.flatMap((item) => {
    const draft = drafts.get(item.itemId);
    if (!draft || isWrong(draft, digits)) return [];
    const price = draft.price === undefined ? undefined : parsePrice(draft.price, digits);
    const priceMinor = price === item.priceMinor ? undefined : price;
    const listed = draft.listed === item.listed ? undefined : draft.listed;
    return priceMinor === undefined && listed === undefined ? [] : [{ item, priceMinor, listed }];
  });
}

/** The changes as the mutation takes them. */
export const linesOf = (changes: readonly Change[]): AssortmentLineInput[] =>
  changes.map(({ item: { itemId }, priceMinor, listed }) => ({
    itemId,
    ...(priceMinor === undefined ? {} : { priceMinor }),
    ...(listed === undefined ? {} : { listed }),
  }));

/**
 * The drafts that are left after changes were made: those of other items, and what was typed for these since.
 *
 * @param sent The drafts that the changes were made of.
 */
export const withoutMade = (drafts: Drafts, made: readonly Change[], sent: Drafts): Drafts => {
  const items = new Set(made.map(({ item }) => item.itemId));
  return new Map(
    [...drafts].filter(([itemId, draft]) => !items.has(itemId) || draft !== sent.get(itemId)),
  );
};

/** Drafts with the prices of some items raised or lowered by a percentage, rounded to minor units. */
export function withPercent(
  drafts: Drafts,
  items: readonly PricedItem[],
  percent: number,
  digits: number,
): Drafts {
  const next = new Map(drafts);
  for (const { itemId, priceMinor } of items) {
    const raised = Math.round(priceMinor * (1 + percent / 100));
    const price = writePrice(Math.min(MOST_MINOR, Math.max(1, raised)), digits);
    next.set(itemId, { ...next.get(itemId), price });
  }
  return next;
}
