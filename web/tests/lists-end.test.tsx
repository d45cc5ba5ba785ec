// @vitest-environment happy-dom
// Lists of which there may be more than is shown: none ends silently.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteOperation } from "../clients/carte.ts";
import { placedOrders } from "../src/orders/placed-orders.ts";
import { useBoard } from "../src/staff/use-board.ts";
import { HomePage } from "../src/stores/home-page.tsx";
import { NearbyStores } from "../src/stores/nearby-stores.tsx";
import { answerOperations, openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
});
afterEach(() => {
  page.close();
  placedOrders.set([]);
  vi.unstubAllGlobals();
});

const ORDERS = 1250;
const orderOf = (number: number) => ({
  id: `order-${number}`,
  status: number < ORDERS - 1 ? "COLLECTED" : "PLACED",
  pickupAt: "2026-05-04T10:00:00Z",
});

it("has every order of a day on the board, also those of a day with more than a thousand", async () => {
  const send = async ({ variables }: CarteOperation) => {
    const { after, first } = variables as { after: string | null; first: number };
    const from = Number(after ?? 0);
    const until = Math.min(from + first, ORDERS);
    const edges = Array.from({ length: until - from }, (_, at) => ({ node: orderOf(from + at) }));
    const hasNextPage = until < ORDERS;
    const pageInfo = { hasNextPage, endCursor: hasNextPage ? String(until) : null };
    const body = { data: { storeOrders: { edges, pageInfo } } };
    return { status: 200, headers: new Headers(), body, variables: variables ?? {} };
  };
  function Board() {
    const { orders } = useBoard({ storeId: "de-1", subject: "ada", send, timeZone: undefined });
    const waiting = orders.filter(({ status }) => status === "PLACED");
    return (
      <p>
        {orders.length} orders, {waiting.length} waiting
      </p>
    );
  }
  page.show(<Board />);
  await vi.waitFor(() => expect(page.root.textContent).toBe(`${ORDERS} orders, 1 waiting`));
});

const storeOf = (number: number) => ({
  distanceKm: number,
  store: {
    id: `de-${number}`,
    name: `Carte ${number}`,
    market: { id: "de" },
    address: { street: "", city: "Berlin", state: null, postalCode: "", country: "DE" },
  },
});

it.each([
  [12, ["12 stores"]],
  [45, ["The 30 nearest stores", "45 stores"]],
  [500, ["The 30 nearest stores", "The 100 nearest stores"]],
])("says of %i stores nearby whether these are all, and shows more", async (count, said) => {
  answerOperations({
    NearbyStores: ({ first }) => ({
      storesNear: Array.from({ length: Math.min(count, Number(first)) }, (_, at) => storeOf(at)),
    }),
  });
  // Another place for each: what was answered once is kept.
  page.show(<NearbyStores place={{ latitude: 52.5, longitude: count / 100 }} />);
  for (const [at, text] of said.entries()) {
    await vi.waitFor(() => expect(page.one(".finder-count").textContent).toBe(text));
    const isLast = at === said.length - 1;
    expect(page.all(".show-more")).toHaveLength(isLast ? 0 : 1);
    if (!isLast) await page.press(".show-more");
  }
});

it("shows the latest orders of this device, and all that it keeps", async () => {
  answerOperations({});
  placedOrders.set(
    Array.from({ length: 9 }, (_, at) => ({
      id: `order-${at}`,
      storeId: "de-1",
      storeName: "Carte Berlin",
      currency: "EUR",
      placedAt: 1_777_888_999_000 - at,
      lines: [],
      name: "Ada",
    })),
  );
  page.show(<HomePage route={{ page: "home", search: "", market: "", near: undefined }} />);
  expect(page.all("[data-testid=placed-order]")).toHaveLength(4);
  await page.press("[data-testid=more-orders]");
  expect(page.all("[data-testid=placed-order]")).toHaveLength(9);
  expect(page.all("[data-testid=more-orders]")).toEqual([]);
});
