// @vitest-environment happy-dom
// The board as staff see it: why it is not connected, and the days that it asks for.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation } from "../clients/carte.ts";
import { followOtherTabs } from "../src/kept-in-browser.ts";
import { OrderBoard } from "../src/staff/order-board.tsx";
import { en } from "../src/staff/texts/en.ts";
import { useBoard } from "../src/staff/use-board.ts";
import { MENUS } from "./support/dayparts.ts";
import { answerOperations, openPage } from "./support/page.ts";

followOtherTabs();

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  localStorage.clear();
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const ORDER = {
  id: "order-1",
  status: "PLACED",
  placedAt: "2026-05-04T09:00:00Z",
  pickupAt: "2026-05-04T10:00:00Z",
  acceptBy: "2026-05-04T09:10:00Z",
  needsApproval: false,
  lines: [],
  total: { amountMinor: 100, currency: "EUR" },
  payment: { method: "AT_STORE", state: "AT_STORE" },
  events: [],
};
const blocked = (status: number): CarteAnswer => ({
  status,
  headers: new Headers(),
  body: undefined,
  variables: {},
});
const listed = (nodes: unknown[], headers: Record<string, string> = {}): CarteAnswer => {
  const edges = nodes.map((node) => ({ node }));
  const storeOrders = { edges, pageInfo: { hasNextPage: false, endCursor: null } };
  return {
    status: 200,
    headers: new Headers(headers),
    body: { data: { storeOrders } },
    variables: {},
  };
};
type Answers = (operation: CarteOperation) => CarteAnswer;

const NO_MENU = { Menu: () => ({ menu: null }) };

function open(answers: Answers, reads: Parameters<typeof answerOperations>[0] = NO_MENU) {
  const operations = answerOperations(reads);
  const send = vi.fn(async (operation: CarteOperation) => answers(operation));
  const onRefused = vi.fn();
  const given = { storeId: "de-1", subject: "ada", send, texts: en, onRefused };
  page.show(<OrderBoard {...given} />);
  return { send, onRefused, operations };
}
const connection = () => page.one("[data-testid=connection]").textContent;
/** What the lower edge says of the connection. */
const lost = () => page.one("[data-testid=lost]").textContent;
/** Whether the device says that it has a network. */
const haveNetwork = (online: boolean) =>
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(online);

it("says what stands between the tablet and the service where its answers are none of the service", async () => {
  let status = 403;
  const { onRefused } = open(() => (status ? blocked(status) : listed([ORDER])));
  await vi.waitFor(() => expect(lost()).toContain(en.blocked(403)));
  expect(page.one(".board-none").textContent).toBe(en.nothingAnswered);
  expect(onRefused).not.toHaveBeenCalled();
  status = 0;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(connection()).toBe(en.live);
  });
  status = 403;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(lost()).toMatch(/^The service has not answered well since /);
  });
  expect(connection()).toBe(en.notConnected);
});

it("shows no empty columns before orders were read", async () => {
  let isBlocked = true;
  open(() => (isBlocked ? blocked(403) : listed([ORDER])));
  await vi.waitFor(() => expect(lost()).toBe(en.blocked(403)));
  expect(page.all(".board-column")).toHaveLength(0);
  isBlocked = false;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(page.all(".board-column")).toHaveLength(3);
  });
});

it("says why a step is not sent, also while orders are read", async () => {
  let isBlocked = true;
  const { send } = open(({ operationName }) => {
    if (operationName === "StoreOrders") return listed([ORDER]);
    if (operationName !== "AcceptOrder" || isBlocked) return blocked(403);
    const acceptOrder = { order: { id: "order-1", status: "ACCEPTED" }, errors: [] };
    return { ...blocked(200), body: { data: { acceptOrder } } };
  });
  await page.shown(".board-waiting [data-testid=next-step]");
  await page.press(".board-waiting [data-testid=next-step]");
  await vi.waitFor(() => expect(lost()).toContain(en.blocked(403)));
  expect(lost()).toContain(en.waitingToSend(1));
  isBlocked = false;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect([connection(), lost()]).toEqual([en.live, ""]);
  });
  const sent = send.mock.calls.filter(([one]) => one.operationName === "AcceptOrder");
  const inputs = sent.map(([{ variables }]) => variables?.input as { operationId: string });
  expect(new Set(inputs.map(({ operationId }) => operationId)).size).toBe(1);
});

it("shows each note under the line that it is about", async () => {
  const lines = [
    { itemId: "glazed", quantity: 2 },
    { itemId: "latte", quantity: 1 },
    { itemId: "glazed", quantity: 1 },
  ];
  const lineNotes = [
    { line: 1, note: "no nuts" },
    { line: 2, note: "no nuts" },
  ];
  const contact = { name: "Ada", phone: null, lineNotes };
  open(({ operationName }) =>
    operationName === "OrderContact"
      ? { ...blocked(200), body: { data: { order: { id: "order-1", contact } } } }
      : listed([{ ...ORDER, lines }]),
  );
  await page.shown(".board-note");
  const shown = page.all(".board-lines > li");
  expect(shown.map((line) => line.textContent)).toEqual([
    "2 glazed",
    "1 latteno nuts",
    "1 glazedno nuts",
  ]);
  expect(page.all(".board-note")).toHaveLength(2);
});

/** Several times, because what is rendered has its effects after each. */
async function wait(ms: number, times = 1) {
  for (let time = 0; time < times; time++) {
    await act(() => vi.advanceTimersByTimeAsync(ms).then(() => undefined));
  }
}

it("names an item of breakfast in the afternoon, and one that the catalog has since", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T12:00:00Z") });
  const named = (id: string, name: string) => ({
    node: { id, name, category: { id: "food", name: "Food" }, price: { currency: "EUR" } },
  });
  const edges = [named("muffin", "The muffin"), named("ring", "The ring")];
  const SearchItems = () => ({ searchItems: { edges, pageInfo: { hasNextPage: false } } });
  const lines = ["muffin", "ring", "soup"].map((itemId) => ({ itemId, quantity: 1 }));
  const { operations } = open(() => listed([{ ...ORDER, lines }]), { ...MENUS, SearchItems });
  const shown = () => page.all(".board-lines > li").map(({ textContent }) => textContent);
  await wait(5000, 3);
  expect(shown()).toEqual(["1 The muffin", "1 The ring", "1 soup"]);
  const reads = () =>
    operations.filter(({ name }) => name === "SearchItems").map((one) => one.variables);
  // In the language of the menu.
  expect(reads()).toMatchObject([{ market: "de", locale: null }]);
  edges.push(named("soup", "The soup"));
  vi.setSystemTime(new Date("2026-05-04T16:00:00Z"));
  await wait(5 * 60_000, 2);
  expect(shown()).toEqual(["1 The muffin", "1 The ring", "1 The soup"]);
  await wait(5 * 60_000, 2);
  expect(reads()).toHaveLength(2);
});

it("shows an order for tomorrow at once, and says what it has not read yet", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T12:00:00Z") });
  const tomorrow = { ...ORDER, pickupAt: "2026-05-05T10:00:00Z" };
  let isSilent = true;
  const silence = new Promise<never>(() => {});
  answerOperations(MENUS);
  const send = vi.fn(async ({ operationName, variables }: CarteOperation) => {
    if (operationName !== "StoreOrders" || (variables?.day && isSilent)) return silence;
    return listed(variables?.day === "2026-05-05" ? [tomorrow] : []);
  });
  page.show(<OrderBoard storeId="de-1" subject="ada" send={send} texts={en} onRefused={vi.fn()} />);
  const notes = () => page.all(".board-none").map(({ textContent }) => textContent);
  expect(notes()).toEqual([en.loading]);
  await wait(100, 3);
  // The other days are waited for, but not for long.
  expect(notes()).toEqual([en.loading]);
  await wait(500, 4);
  expect(notes()).toEqual([en.nothingToday, en.nothingToday, en.nothingToday]);
  isSilent = false;
  page.show(
    <OrderBoard
      key="again"
      storeId="de-1"
      subject="ada"
      send={send}
      texts={en}
      onRefused={vi.fn()}
    />,
  );
  await wait(100, 5);
  expect(page.all(".board-waiting [data-testid=board-order]")).toHaveLength(1);
  expect(notes()).toEqual([en.nothing, en.nothing]);
});

it.each([
  // Pickup, deadline; until when the store is to answer by its own clock.
  ["2026-05-04T10:00:00Z", "2026-05-04T09:10:00Z", "11:10"],
  ["2026-05-04T10:00:00Z", "2026-05-04T10:10:00Z", "12:00"],
  ["2026-05-04T08:50:00Z", "2026-05-04T09:10:00Z", "11:10"],
  ["2026-05-05T10:00:00Z", "2026-05-04T09:10:00Z", "today 11:10"],
])("asks for an answer before the pickup (%s, %s)", async (pickupAt, acceptBy, deadline) => {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T09:00:00Z") });
  open(() => listed([{ ...ORDER, pickupAt, acceptBy }]), MENUS);
  await wait(100, 3);
  expect(page.one(".board-facts").textContent?.endsWith(en.answerBy(deadline))).toBe(true);
});

it("reads names again soon where that failed", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-05-05T12:00:00Z") });
  const { operations } = open(() => listed([]), MENUS);
  await wait(5 * 60_000, 4);
  // The region and the next one, each time.
  const reads = operations.filter(({ name }) => name === "SearchItems");
  expect(reads.length).toBeGreaterThan(4);
});

/** The days beside today that a board asks for, of a device and a service whose clocks show these times. */
async function requestedDays(device: string, service: string | undefined, timeZone: string) {
  vi.useFakeTimers({ now: Date.parse(device) });
  const headers = service ? { date: new Date(service).toUTCString() } : {};
  const send = vi.fn(async (_: CarteOperation) => listed([], headers));
  function Board() {
    useBoard({ storeId: "de-1", subject: "ada", send, timeZone });
    return null;
  }
  page.show(<Board />);
  // A turn of all other days, one each 2.5 seconds, with tomorrow before each of them.
  await act(async () => {
    await vi.advanceTimersByTimeAsync(16 * 2500);
  });
  const days = send.mock.calls.flatMap(([{ variables }]) => (variables?.day as string) ?? []);
  return [...new Set(days)].sort();
}

const AFTER = ["2026-05-03", "2026-05-05", "2026-05-06", "2026-05-07"];
const WEEK = [...AFTER, "2026-05-08", "2026-05-09", "2026-05-10", "2026-05-11"];

it.each([
  ["right", "2026-05-04T10:00:00Z"],
  ["a year late", "2025-05-04T10:00:00Z"],
  ["40 days early", "2026-06-13T10:00:00Z"],
  ["a day early", "2026-05-05T10:00:00Z"],
])(
  "asks for the days of the service's calendar where the tablet's clock is %s",
  async (_, device) => {
    expect(await requestedDays(device, "2026-05-04T10:00:00Z", "Europe/Berlin")).toEqual(WEEK);
  },
);

it.each([
  ["Asia/Tokyo", "2026-05-03T15:30:00Z"],
  ["America/Los_Angeles", "2026-05-05T06:30:00Z"],
])("takes the day that it is at the store (%s)", async (timeZone, service) => {
  expect(await requestedDays("2020-01-01T00:00:00Z", service, timeZone)).toEqual(WEEK);
});

it.each([undefined, "no date"])(
  "asks by the tablet's clock where no time comes with the answer (%s)",
  async (date) => {
    expect(await requestedDays("2026-05-04T10:00:00Z", date && "invalid", "Europe/Berlin")).toEqual(
      WEEK,
    );
  },
);

/** A board at ten o'clock: the days other than today that it read, and how its network fails. */
function watchedDays() {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T10:00:00Z") });
  const seen = { days: [] as unknown[], isDown: (_day: unknown) => false };
  const send = async ({ variables }: CarteOperation) => {
    if (seen.isDown(variables?.day)) throw new TypeError("no network");
    if (variables?.day) seen.days.push(variables.day);
    return listed([], { date: new Date().toUTCString() });
  };
  function Board() {
    useBoard({ storeId: "de-1", subject: "ada", send, timeZone: "Europe/Berlin" });
    return null;
  }
  page.show(<Board />);
  return seen;
}

const pass = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });

it("reads tomorrow every five seconds, and all days at once after the service was lost", async () => {
  const seen = watchedDays();
  await pass(100);
  expect([...new Set(seen.days)].sort()).toEqual(WEEK);
  seen.days = [];
  await pass(4 * 2500);
  const [, tomorrow, ...later] = WEEK;
  expect(seen.days).toEqual([tomorrow, "2026-05-03", tomorrow, later[0]]);
  seen.isDown = () => true;
  await pass(2500);
  seen.isDown = () => false;
  seen.days = [];
  dispatchEvent(new Event("online"));
  await pass(100);
  expect([...seen.days].sort()).toEqual(WEEK);
});

it("reads all days at once where the first reading that failed was that of another day, and none twice for it", async () => {
  const seen = watchedDays();
  await pass(100);
  seen.isDown = (day) => day !== undefined && day !== null;
  await pass(2500);
  // The network falters again in the midst of all days.
  seen.isDown = (day) => day === "2026-05-07";
  seen.days = [];
  dispatchEvent(new Event("online"));
  await pass(100);
  seen.isDown = () => false;
  dispatchEvent(new Event("online"));
  await pass(100);
  expect([...seen.days].sort()).toEqual(WEEK);
});

it.each([
  ["ACCEPTED", "UNPAID", /^Not paid, take the money: /],
  ["ACCEPTED", "AT_STORE", /^To pay: /],
])("says to staff of an order that is %s what %s means", async (status, state, payment) => {
  open(() => listed([{ ...ORDER, status, payment: { method: "CARD", state } }]));
  await vi.waitFor(() =>
    expect(page.one("[data-testid=board-payment]").textContent).toMatch(payment),
  );
});

it("says of a card that the money is held until it was taken", async () => {
  let state = "AUTHORIZED";
  open(() => listed([{ ...ORDER, status: "AUTHORIZED", payment: { method: "CARD", state } }]));
  const payment = await page.shown("[data-testid=board-payment]");
  expect(payment.textContent).toMatch(/^Card held: /);
  page.show(null);
  localStorage.clear();
  state = "CHARGED";
  open(() => listed([{ ...ORDER, status: "ACCEPTED", payment: { method: "CARD", state } }]));
  await vi.waitFor(() =>
    expect(page.one("[data-testid=board-payment]").textContent).toMatch(/^Paid: /),
  );
});

const connected =
  (orders: object[], also: (operation: CarteOperation) => CarteAnswer | undefined) =>
  async (operation: CarteOperation) =>
    also(operation) ?? listed(operation.variables?.day ? [] : orders, DATE());
/** The service's clock, an hour ahead of the tablet's. */
const DATE = () => ({ date: new Date(Date.now() + 60 * 60_000).toUTCString() });
const contactOf = ({ operationName }: CarteOperation) =>
  operationName === "OrderContact"
    ? {
        ...blocked(200),
        body: {
          data: { order: { id: "order-1", contact: { name: "Ada", phone: "1", lineNotes: [] } } },
        },
      }
    : undefined;
const down = async (): Promise<CarteAnswer> => {
  throw new TypeError("no network");
};
const board = (send: (operation: CarteOperation) => Promise<CarteAnswer>, subject = "ada") => (
  <OrderBoard storeId="de-1" subject={subject} send={send} texts={en} onRefused={vi.fn()} />
);
/** What a browser tells other tabs of a value that one has changed. */
const followersHear = () =>
  void dispatchEvent(new StorageEvent("storage", { key: "carte.board.de-1.ada" }));
/** As a reload does. */
function reload() {
  page.show(null);
  page.close();
  page = openPage();
}
const RING = { ...ORDER, lines: [{ itemId: "ring", quantity: 2 }] };
const cards = () =>
  page
    .all("[data-testid=board-order]")
    .map(({ dataset: { order, status } }) => `${order} ${status}`);

/** A board of one order that was open, and is loaded anew without a network some minutes later. */
async function reloadedWithoutNetwork(minutes = 47) {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T08:00:00Z") });
  answerOperations(MENUS);
  page.show(board(connected([RING], contactOf)));
  await wait(100, 6);
  expect(page.root.textContent).toContain("Ada");
  reload();
  answerOperations({});
  vi.setSystemTime(Date.now() + minutes * 60_000);
  page.show(board(down));
  await wait(100, 6);
}

it("comes back after a reload without a network, with the age of what it shows", async () => {
  await reloadedWithoutNetwork();
  expect(cards()).toEqual(["order-1 PLACED"]);
  expect(page.one("h1").textContent).toBe("Carte Berlin");
  expect(page.one(".board-lines").textContent).toContain("2 The ring");
  expect(page.root.textContent).not.toContain("Ada");
  // By the service's clock, in the store's time zone.
  const note = page.one("[data-testid=kept-orders]").textContent;
  expect(note).toBe(en.keptOrders("11:00", "47 minutes ago"));
  expect(lost()).toBe(en.offline("11:00"));
  expect(connection()).toBe(en.notConnected);
  expect(page.one("[data-testid=connection]").dataset.live).toBe("false");
});

it("is there for the person who had it, and for no other", async () => {
  await reloadedWithoutNetwork();
  reload();
  page.show(board(down, "bob"));
  await wait(100, 6);
  expect(cards()).toEqual([]);
  expect(page.one(".board-none").textContent).toBe(en.nothingAnswered);
});

it("says what others changed meanwhile, on all days, once the network is back", async () => {
  await reloadedWithoutNetwork();
  // Own steps are no news: one before the next reload, one after it.
  await page.press(".board-waiting [data-testid=next-step]");
  reload();
  page.show(board(down));
  await wait(100, 6);
  expect(cards()).toEqual(["order-1 ACCEPTED"]);
  await page.press(".board-making [data-testid=next-step]");
  expect(cards()).toEqual(["order-1 READY"]);
  expect(page.one(".board-ready").textContent).toContain(en.unsent);
  reload();
  const fields = { AcceptOrder: "acceptOrder", MarkOrderReady: "markOrderReady" } as const;
  const sent: string[] = [];
  let status = "PLACED";
  const tomorrow = { ...ORDER, id: "order-3", pickupAt: "2026-05-05T10:00:00Z" };
  const back = async (operation: CarteOperation): Promise<CarteAnswer> => {
    const { operationName, variables } = operation;
    const field = fields[operationName as keyof typeof fields];
    if (field) {
      sent.push(field);
      status = field === "acceptOrder" ? "ACCEPTED" : "READY";
      const payload = { order: { id: "order-1", status }, errors: [] };
      return { ...blocked(200), body: { data: { [field]: payload } } };
    }
    if (variables?.day) return listed(variables.day === "2026-05-05" ? [tomorrow] : [], DATE());
    return listed(
      [
        { ...RING, status },
        { ...ORDER, id: "order-2" },
      ],
      DATE(),
    );
  };
  answerOperations(MENUS);
  page.show(board(back));
  await wait(100, 12);
  expect(sent).toEqual(["acceptOrder", "markOrderReady"]);
  expect(cards()).toEqual(["order-2 PLACED", "order-3 PLACED", "order-1 READY"]);
  const changes = page.all("[data-testid=changes] li").map(({ textContent }) => textContent);
  expect(changes.map((one) => one?.replace(/^.* is/, "is"))).toEqual(["is new", "is new"]);
  expect(page.all("[data-testid=kept-orders]")).toEqual([]);
  expect(connection()).toBe(en.live);
});

it("says nothing of changes after an ordinary reload, nor of what it shows for a moment", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T08:00:00Z") });
  answerOperations(MENUS);
  page.show(board(connected([RING], contactOf)));
  await wait(100, 6);
  reload();
  let answer: (given: CarteAnswer) => void = () => {};
  page.show(
    board(
      ({ operationName, variables }) =>
        new Promise((resolve) => {
          if (operationName === "StoreOrders" && !variables?.day) answer = resolve;
        }),
    ),
  );
  await wait(500, 4);
  expect(cards()).toEqual(["order-1 PLACED"]);
  expect(connection()).toBe(en.loading);
  expect(page.all("[data-testid=kept-orders]")).toEqual([]);
  await wait(1000, 3);
  expect(page.all("[data-testid=kept-orders]")).toHaveLength(1);
  answer(listed([RING, { ...ORDER, id: "order-2" }]));
  await wait(100, 2);
  expect(cards()).toHaveLength(2);
  expect(page.all("[data-testid=changes]")).toEqual([]);
});

it("has no order any more that is on no day's list, once all days were read", async () => {
  await reloadedWithoutNetwork();
  reload();
  answerOperations(MENUS);
  page.show(board(connected([], () => undefined)));
  await wait(100, 12);
  expect(cards()).toEqual([]);
});

it("says that the device has no network, instead of blaming the service", async () => {
  haveNetwork(false);
  await reloadedWithoutNetwork();
  expect(lost()).toBe(en.noNetwork("11:00"));
  haveNetwork(true);
  await act(() => void dispatchEvent(new Event("online")));
  expect(lost()).toBe(en.offline("11:00"));
});

it("says that nothing is kept where there is no network, and has the orders by itself when there is", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T08:00:00Z") });
  haveNetwork(false);
  answerOperations({});
  let isUp = false;
  const up = connected([RING], contactOf);
  page.show(board((operation) => (isUp ? up(operation) : down())));
  await wait(100, 6);
  expect(page.one(".board-none").textContent).toBe(en.nothingKept);
  // There is nothing to go on working with.
  expect(lost()).toBe("");
  haveNetwork(true);
  await act(() => void dispatchEvent(new Event("online")));
  await wait(100, 6);
  expect(page.one(".board-none").textContent).toBe(en.nothingAnswered);
  isUp = true;
  answerOperations(MENUS);
  await wait(40_000, 3);
  expect(cards()).toEqual(["order-1 PLACED"]);
});

/** A board on which two steps of an order were pressed, and refused as the guest had taken it back. */
async function refusedSteps() {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T08:00:00Z") });
  answerOperations(MENUS);
  let status = "PLACED";
  const fields = { AcceptOrder: "acceptOrder", MarkOrderReady: "markOrderReady" };
  const send = connected([], (operation) => {
    const { operationName, variables } = operation;
    const field = fields[operationName as keyof typeof fields];
    if (operationName === "StoreOrders" && !variables?.day) {
      return listed([{ ...RING, status }], DATE());
    }
    if (!field) return contactOf(operation);
    status = "CANCELLED";
    const payload = { order: null, errors: [{ __typename: "OrderStateError", path: [] }] };
    return { ...blocked(200), body: { data: { [field]: payload } } };
  });
  page.show(board(send));
  await wait(100, 6);
  await act(() => {
    page.one(".board-waiting [data-testid=next-step]").click();
  });
  await act(() => {
    page.one(".board-making [data-testid=next-step]").click();
  });
  await wait(100, 6);
}

it("says which steps of which order were not possible, and where it stands", async () => {
  await refusedSteps();
  const changes = page.all("[data-testid=changes] li").map(({ textContent }) => textContent);
  expect(changes).toEqual([
    "ER-1: “Accept”. The order is now: cancelled by the guest.",
    "ER-1: “Ready”. The order is now: cancelled by the guest.",
  ]);
  const titles = page.all("[data-testid=changes] h2").map(({ textContent }) => textContent);
  expect(titles).toEqual([en.refused]);
});

it("takes no press of news that came under a finger for one that means them", async () => {
  await refusedSteps();
  const press = (detail: number) =>
    act(() => {
      const seen = page.one("[data-testid=changes] button");
      seen.dispatchEvent(new MouseEvent("click", { bubbles: true, detail }));
    });
  const now = performance.now();
  const clock = vi.spyOn(performance, "now");
  clock.mockReturnValue(now);
  await press(1);
  expect(page.all("[data-testid=changes]")).toHaveLength(1);
  clock.mockReturnValue(now + 1000);
  await press(1);
  expect(page.all("[data-testid=changes]")).toHaveLength(0);
});

it("shows in each of two tabs what was pressed in the other, and says nothing wrong afterwards", async () => {
  answerOperations({});
  let isUp = false;
  let status = "PLACED";
  const sent: string[] = [];
  const send = async ({ operationName, variables }: CarteOperation): Promise<CarteAnswer> => {
    if (!isUp && sent.length > 0) return down();
    if (operationName === "StoreOrders") return listed([{ ...ORDER, status }]);
    if (operationName !== "AcceptOrder") return blocked(503);
    if (!isUp) {
      sent.push("lost");
      return down();
    }
    sent.push(JSON.stringify(variables));
    status = "ACCEPTED";
    const acceptOrder = { order: { id: "order-1", status }, errors: [] };
    return { ...blocked(200), body: { data: { acceptOrder } } };
  };
  const other = openPage();
  page.show(board(send));
  other.show(board(send));
  await other.shown(".board-waiting [data-testid=next-step]");
  await page.shown(".board-waiting [data-testid=next-step]");
  await page.press(".board-waiting [data-testid=next-step]");
  await act(() => followersHear());
  await vi.waitFor(() => expect(other.one(".board-making").textContent).toContain(en.unsent));
  isUp = true;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    for (const tab of [page, other]) {
      expect(tab.one(".board-making [data-testid=board-order]").dataset.status).toBe("ACCEPTED");
      expect(tab.root.textContent).not.toContain(en.unsent);
    }
  });
  expect(new Set(sent.slice(1)).size).toBe(1);
  for (const tab of [page, other]) expect(tab.all("[data-testid=changes]")).toEqual([]);
  other.close();
});

it("has screen readers hear of each new order once, not of those that were there", async () => {
  const orders: unknown[] = [ORDER];
  open(() => listed(orders));
  const announced = () => page.one("[data-testid=arrived]").textContent;
  await page.shown("[data-order=order-1]");
  expect(announced()).toBe("");
  orders.push({ ...ORDER, id: "order-wxyz" }, { ...ORDER, id: "order-qrst", status: "ACCEPTED" });
  await vi.waitFor(
    () => {
      dispatchEvent(new Event("online"));
      expect(announced()).toBe(en.isNew("WXYZ"));
    },
    { timeout: 5000 },
  );
});

it("prints one order alone, and has the board whole afterwards", async () => {
  const printed = vi.fn(() => page.all("[data-printed]").map(({ dataset }) => dataset.order));
  vi.stubGlobal("print", printed);
  open(() => listed([ORDER, { ...ORDER, id: "order-2" }]));
  await page.shown("[data-order=order-2]");
  await page.press("[data-order=order-2] [data-testid=print-order]");
  expect(printed).toHaveReturnedWith(["order-2"]);
  dispatchEvent(new Event("afterprint"));
  expect(page.all("[data-printed]")).toEqual([]);
});
