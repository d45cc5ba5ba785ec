// @vitest-environment happy-dom
// Lists of which there may be more than is shown: none ends silently.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation } from "../clients/carte.ts";
import { CatalogDifferenceDocument } from "../src/generated/catalog.ts";
import { MarketFiguresDocument } from "../src/generated/figures.ts";
import { ENGLISH } from "../src/i18n/language.ts";
import { MOST_ORDERS, placedOrders } from "../src/orders/placed-orders.ts";
import { FavoriteButton } from "../src/shell/favorite-button.tsx";
import { useWholeList } from "../src/staff/figures/use-whole-list.ts";
import { ShowMore } from "../src/staff/show-more.tsx";
import { useBoard } from "../src/staff/use-board.ts";
import { usePages } from "../src/staff/use-pages.ts";
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

const refusal = (code: string, status = 200) => ({
  status,
  headers: new Headers(),
  body: code ? { data: null, errors: [{ message: code, extensions: { code } }] } : undefined,
  variables: {},
});
const ordersPage = (from: number, endCursor: string | null) => ({
  status: 200,
  headers: new Headers(),
  body: {
    data: {
      storeOrders: {
        edges: [{ node: { ...orderOf(from), status: "PLACED" } }],
        pageInfo: { hasNextPage: endCursor !== null, endCursor },
      },
    },
  },
  variables: {},
});
const cursorOf = ({ variables }: CarteOperation) => variables?.after ?? null;
type Answers = (operation: CarteOperation) => CarteAnswer;

function showBoard(answers: Answers) {
  const send = vi.fn(async (operation: CarteOperation) => answers(operation));
  function Board() {
    const given = { storeId: "de-1", subject: "ada", send, timeZone: "UTC" };
    const { orders, refused, lostAt } = useBoard(given);
    return <p>{refused ? "closed" : `${orders.length} orders${lostAt ? ", lost" : ""}`}</p>;
  }
  page.show(<Board />);
  return send;
}
const saysBoard = (text: string) =>
  vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(page.root.textContent).toBe(text);
  });

describe("a list that is read to its end", () => {
  const MOST = 5; // after which a service that never ends would be read for ever
  const pageOf = (hasNextPage: boolean, endCursor: string | null) => ({
    status: 200,
    headers: new Headers(),
    body: { data: { marketFigures: { pageInfo: { hasNextPage, endCursor } } } },
    variables: {},
  });
  async function read(answers: Answers) {
    const cursors: unknown[] = [];
    const send = async (operation: CarteOperation) => {
      cursors.push(cursorOf(operation));
      return cursors.length > MOST ? refusal("", 401) : answers(operation);
    };
    function Whole() {
      const { state, pages, start } = useWholeList({
        document: MarketFiguresDocument,
        variables: { market: "de", day: "2026-05-04" },
        pageOf: (data) => data.marketFigures,
        send,
      });
      return <button type="button" onClick={start}>{`${state}, ${pages.length} pages`}</button>;
    }
    page.show(<Whole />);
    await act(async () => page.root.querySelector("button")?.click());
    await vi.waitFor(() => expect(page.root.textContent).toMatch(/^(done|stopped)/));
    return { cursors, shown: page.root.textContent };
  }

  it("goes on at the end of each page", async () => {
    const answers: Answers = (operation) =>
      cursorOf(operation) === "b"
        ? pageOf(false, "c")
        : pageOf(true, cursorOf(operation) ? "b" : "a");
    expect(await read(answers)).toEqual({ cursors: [null, "a", "b"], shown: "done, 3 pages" });
  });

  it("ends where a page ends at the place at which it began", async () => {
    const found = await read(() => pageOf(true, "a"));
    expect(found).toEqual({ cursors: [null, "a"], shown: "done, 2 pages" });
  });

  it("ends where a page says no place at which the next one begins", async () => {
    expect(await read(() => pageOf(true, null))).toEqual({
      cursors: [null],
      shown: "done, 1 pages",
    });
  });
});

it("reads a board from its first page where a later one is refused", async () => {
  let refusals = 1;
  showBoard((operation) => {
    if (cursorOf(operation) === null) return ordersPage(1, "a");
    return refusals-- > 0 ? refusal("BAD_USER_INPUT") : ordersPage(2, null);
  });
  await saysBoard("2 orders");
});

it("keeps a board of which a later page is refused again and again, and reads on", async () => {
  let refuses = true;
  const send = showBoard((operation) => {
    if (cursorOf(operation) === null) return ordersPage(1, "a");
    return refuses ? refusal("BAD_USER_INPUT") : ordersPage(2, null);
  });
  await saysBoard("0 orders, lost");
  await vi.waitFor(() => expect(send.mock.calls.length).toBeGreaterThan(4));
  refuses = false;
  await saysBoard("2 orders");
});

it.each([
  ["BAD_USER_INPUT", 200],
  ["BAD_REQUEST", 400],
  ["", 401],
  ["", 403],
])(
  "keeps a board that was read, whatever refuses a later reading (%s %i)",
  async (code, status) => {
    let refuses = false;
    showBoard(() => (refuses ? refusal(code, status) : ordersPage(1, null)));
    await saysBoard("1 orders");
    refuses = true;
    await saysBoard("1 orders, lost");
    refuses = false;
    await saysBoard("1 orders");
  },
);

it("keeps a board of which only another day is refused", async () => {
  const send = showBoard(({ variables }) =>
    variables?.day ? refusal("BAD_USER_INPUT") : ordersPage(1, null),
  );
  const days = () => new Set(send.mock.calls.map(([{ variables }]) => variables?.day));
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(days().size).toBeGreaterThan(3);
    expect(page.root.textContent).toBe("1 orders");
  });
});

it.each(["FORBIDDEN", "UNAUTHENTICATED", "BAD_USER_INPUT"])(
  "closes a board that the person may not have, or of no store (%s)",
  async (code) => {
    showBoard(() => refusal(code));
    await saysBoard("closed");
  },
);

it.each([401, 403, 407, 200])(
  "opens a board when what stands before the service lets it through (%i)",
  async (status) => {
    let isBlocked = true;
    showBoard(() => (isBlocked ? refusal("", status) : ordersPage(1, null)));
    await saysBoard("0 orders, lost");
    isBlocked = false;
    await saysBoard("1 orders");
  },
);

it("shows a list anew where its next page is refused for its cursor", async () => {
  let version = 1;
  const send = async (operation: CarteOperation): Promise<CarteAnswer> => {
    const after = cursorOf(operation);
    if (after !== null && after !== `cursor-${version}`) return refusal("BAD_USER_INPUT");
    const node = { itemId: `${after ?? "first"}-${version}` };
    const pageInfo = { hasNextPage: after === null, endCursor: `cursor-${version}` };
    const catalogDifference = { edges: [{ node }], pageInfo };
    return {
      status: 200,
      headers: new Headers(),
      body: { data: { catalogDifference } },
      variables: {},
    };
  };
  const texts = { loading: "Loading", showMore: "Show more" };
  function List() {
    const list = usePages(
      {
        document: CatalogDifferenceDocument,
        variables: { market: "de", toVersion: null },
        listOf: (data) => data.catalogDifference,
        send,
      },
      undefined,
    );
    return (
      <>
        <p>{list.edges.map(({ node }) => node.itemId).join(" ")}</p>
        <ShowMore list={list} texts={texts} />
      </>
    );
  }
  page.show(<List />);
  await vi.waitFor(() => expect(page.one("p").textContent).toBe("first-1"));
  version = 2;
  await page.press("[data-testid=show-more]");
  await vi.waitFor(() => expect(page.one("p").textContent).toBe("first-2 cursor-2-2"));
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
])("says of %i stores nearby whether these are all, and shows more", async (count, texts) => {
  answerOperations({
    NearbyStores: ({ first }) => ({
      storesNear: Array.from({ length: Math.min(count, Number(first)) }, (_, at) => storeOf(at)),
    }),
  });
  // Another place for each: what was answered once is kept.
  page.show(<NearbyStores place={{ latitude: 52.5, longitude: count / 100 }} />);
  for (const [at, text] of texts.entries()) {
    await vi.waitFor(() => expect(page.one(".finder-count").textContent).toBe(text));
    const isLast = at === texts.length - 1;
    expect(page.all(".show-more")).toHaveLength(isLast ? 0 : 1);
    if (!isLast) await page.press(".show-more");
  }
});

const ordersKept = (count: number) =>
  placedOrders.set(
    Array.from({ length: count }, (_, at) => ({
      id: `order-${at}`,
      storeId: "de-1",
      storeName: "Carte Berlin",
      currency: "EUR",
      placedAt: 1_777_888_999_000 - at,
      lines: [],
      name: "Ada",
    })),
  );

it("shows the latest orders of this device, and all that it keeps", async () => {
  answerOperations({});
  ordersKept(9);
  page.show(<HomePage route={{ page: "home", search: "", market: "", near: undefined }} />);
  expect(page.all("[data-testid=placed-order]")).toHaveLength(4);
  await page.press("[data-testid=more-orders]");
  expect(page.all("[data-testid=placed-order]")).toHaveLength(9);
  expect(page.all("[data-testid=more-orders]")).toEqual([]);
});

it.each([
  [MOST_ORDERS - 1, false],
  [MOST_ORDERS, true],
])(
  "says of %i orders of this device whether the next one takes the place of another",
  async (count, full) => {
    answerOperations({});
    ordersKept(count);
    page.show(<HomePage route={{ page: "home", search: "", market: "", near: undefined }} />);
    const notes = page.all("[data-testid=orders-full]").map(({ textContent }) => textContent);
    expect(notes).toEqual(full ? [ENGLISH.say.ordersFull(MOST_ORDERS)] : []);
  },
);

describe("a heart for which there is no room", () => {
  const toggle = vi.fn((mayReplace: boolean) => mayReplace);
  const alerts = () => page.all("[role=alert]").map(({ textContent }) => textContent);
  const click = (detail = 1) =>
    act(() => {
      page.one("[data-testid=favorite]").dispatchEvent(new MouseEvent("click", { detail }));
    });
  beforeEach(() => {
    toggle.mockClear();
  });
  const show = (oldest?: () => string) => {
    const given = { kept: false, most: 20, onToggle: toggle, oldest };
    page.show(<FavoriteButton name="Carte Berlin" {...given} />);
  };

  it("says which one would leave, and lets it go at another press", async () => {
    show(() => "Carte Paris");
    expect(alerts()).toEqual([]);
    await click();
    expect(alerts()).toEqual([ENGLISH.say.favoritesFull(20, "Carte Paris")]);
    expect(alerts()[0]).toContain(": Carte Paris.");
    await click(2); // of a double click
    expect(alerts()).toHaveLength(1);
    await click();
    expect(alerts()).toEqual([]);
    expect(toggle.mock.calls).toEqual([[false], [true]]);
  });

  it("asks anew where the guest went on to something else", async () => {
    show();
    await click();
    expect(alerts()).toEqual([ENGLISH.say.favoritesFull(20)]);
    await happens("pointerdown", page.one("[data-testid=favorite]"));
    expect(alerts()).toHaveLength(1);
    await happens("pointerdown", page.root);
    expect(alerts()).toEqual([]);
    await click();
    expect(alerts()).toHaveLength(1);
    await happens("blur", page.one("[data-testid=favorite]"));
    expect(alerts()).toEqual([]);
    expect(toggle.mock.calls).toEqual([[false], [false]]);
  });
});

const happens = (name: string, to: HTMLElement) =>
  act(() => {
    to.dispatchEvent(new Event(name, { bubbles: name !== "blur" }));
  });
