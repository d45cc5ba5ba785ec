// All that a store lists, whatever the time: a menu has only what is sold at a moment, so it is read for one of each daypart.
import { useMemo } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import { daypartsAt } from "../formatting/dayparts.ts";
import {
  ListedItemsDocument,
  type ListedItemsQuery,
  type ListedItemsQueryVariables,
  StoreZoneDocument,
} from "../generated/assortment.ts";
import type { Daypart } from "../generated/dayparts.ts";
import { latestAnswer } from "../graphql/answer.ts";
import { request } from "../graphql/client.ts";
import { type Polled, type Reading, usePolling } from "../graphql/use-polling.ts";
import { useLanguage } from "../i18n/language.ts";

export interface ListedItem {
  itemId: string;
  name: string;
  /** Minor units. */
  priceMinor: number;
}

export interface Listed {
  store: { name: string; market: { id: string } };
  /** ISO 4217 code of all prices. */
  currency: string;
  /** In the order of the menu, each once. */
  items: readonly ListedItem[];
}

/** For each daypart, under the name of its variable, a moment within it: ISO 8601. */
export type Moments = Record<Lowercase<Daypart>, string>;

/** No daypart is shorter. */
const STEP_MS = 60 * 60_000;
const DAY_MS = 24 * STEP_MS;

/** Moments of the day from now on. They hold on other days as well: what is served depends on the time of day alone. */
export function momentsFrom(now: Date, timeZone: string): Moments {
  const found: Record<string, string> = {};
  for (let after = DAY_MS - STEP_MS; after >= 0; after -= STEP_MS) {
    const when = new Date(now.getTime() + after);
    for (const name of daypartsAt(when, timeZone)) found[name.toLowerCase()] = when.toISOString();
  }
  return found as Moments;
}

/** Join the menus of all dayparts: the items of a category follow each other. */
export function joined(menus: readonly ListedItemsQuery["lunch"][]): ListedItem[] {
  const categories = new Map<string, Map<string, ListedItem>>();
  for (const { id, items } of menus.flatMap((menu) => menu?.categories ?? [])) {
    const known = categories.get(id) ?? new Map<string, ListedItem>();
    categories.set(id, known);
    for (const { id: itemId, name, price } of items) {
      if (!known.has(itemId)) known.set(itemId, { itemId, name, priceMinor: price.amountMinor });
    }
  }
  return [...categories.values()].flatMap((known) => [...known.values()]);
}

/** Return what a store lists, read again at a pace; null where there is no such store. */
export function useListedItems(
  storeId: string,
  send: CarteSender,
  everyMs: number,
): Polled<Listed | null> {
  const { code } = useLanguage();
  const read = useMemo(() => reader(storeId, code, send), [storeId, code, send]);
  return usePolling(read, [read], { everyMs: () => everyMs });
}

/** Return how a store's list is read: in one request, once the first one has shown the time zone. */
function reader(storeId: string, locale: string, send: CarteSender) {
  let moments: Moments | undefined;
  return async (signal: AbortSignal): Promise<Reading<Listed | null>> => {
    if (!moments) {
      const found = await request(StoreZoneDocument, { storeId }, { signal, send });
      if (!found.ok) return found;
      if (!found.data.store) return { ok: true, data: null };
      moments = momentsFrom(new Date(), found.data.store.timeZone);
    }
    const variables: ListedItemsQueryVariables = { storeId, locale, ...moments };
    const outcome = await request(ListedItemsDocument, variables, { signal, send });
    if (outcome.answer) latestAnswer.set(outcome.answer);
    if (!outcome.ok) return outcome;
    const { breakfast, lunch, afternoon, evening } = outcome.data;
    if (!breakfast) return { ok: true, data: null };
    const { store, currency } = breakfast;
    const items = joined([breakfast, lunch, afternoon, evening]);
    return { ok: true, data: { store, currency, items } };
  };
}
