// Lists in pages, and what the head office's pages are given: for tests of them.
import type { Staff } from "../../src/staff/account/staff.ts";
import type { Service } from "../catalog/given.ts";

export const ADMIN = { name: "chain:admin", role: "ADMIN", storeId: null, market: null };

export const staffOf = (service: Service, roles: unknown[] = [ADMIN]) =>
  ({ id: "ada", roles, send: service.send, settings: {} }) as unknown as Staff;

/** Answers with the page of a list that a cursor asks for; a cursor is the place of the page in the list. */
export function inPages<N>(pages: readonly (readonly N[])[]) {
  return ({ after }: { after?: string | null }) => {
    const at = Number(after ?? 0);
    const edges = (pages[at] ?? []).map((node, place) => ({ node, cursor: `${at}-${place}` }));
    const hasNextPage = at + 1 < pages.length;
    return { pageInfo: { hasNextPage, endCursor: hasNextPage ? String(at + 1) : null }, edges };
  };
}

const item = (id: string, name: string) => ({
  id,
  name,
  description: "",
  imageUrl: null,
  category: { id: "donuts", name: "Donuts" },
  price: { amountMinor: 199, currency: "EUR" },
  allergens: [],
  calories: null,
});

/** What names of stores and of items of Germany are answered with. */
export const NAMES = {
  StoreNames: () => ({ s0: { name: "Carte Berlin", market: { id: "de" } } }),
  SearchItems: () => ({
    searchItems: {
      totalCount: 1,
      without: [],
      notUnderstood: [],
      ...inPages([[item("ring", "Glazed Ring")]])({}),
    },
  }),
};
