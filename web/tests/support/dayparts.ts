// A store whose breakfast ends at eleven, as the service answers for it.

interface Sold {
  id: string;
  name: string;
  price: { amountMinor: number; currency: string };
}

const item = (id: string, amountMinor: number): Sold => ({
  id,
  name: `The ${id}`,
  price: { amountMinor, currency: "EUR" },
});
const MARKET = { id: "de", country: "DE", currency: "EUR", locale: "de" };
const STORE = { id: "de-1", name: "Carte Berlin", timeZone: "Europe/Berlin", market: MARKET };

/** What the store lists: `muffin` at breakfast only. */
export const LISTED = { muffin: item("muffin", 500), ring: item("ring", 300) };

/** The menu at a moment, ISO 8601; without one, as of the clock. */
export function menuAt(at = new Date().toISOString()) {
  const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", timeZone: STORE.timeZone });
  const hour = Number(format.format(new Date(at)));
  const { muffin, ring } = LISTED;
  const items = hour >= 5 && hour < 11 ? [muffin, ring] : [ring];
  return { currency: "EUR", store: STORE, categories: [{ id: "food", items }] };
}

/** Answers to the reads of what a store sells. */
export const MENUS: Record<string, (variables: Record<string, unknown>) => unknown> = {
  Menu: ({ at }) => ({ menu: menuAt(at as string | undefined) }),
  StoreZone: () => ({ store: { timeZone: STORE.timeZone } }),
  ListedItems: ({ storeId, locale, ...moments }) =>
    Object.fromEntries(Object.entries(moments).map(([name, at]) => [name, menuAt(String(at))])),
};
