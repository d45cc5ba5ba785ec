// A cart becomes one order, however often it is ordered, reloaded or answered late.
import { beforeEach, expect, it, vi } from "vitest";
import { Memory, PATHS, TIMING } from "../clients/failover.ts";
import { followOtherTabs } from "../src/kept-in-browser.ts";
import {
  cartOf,
  changeCart,
  pickupOf,
  type Sending,
  SOON,
  withQuantity,
} from "../src/orders/cart.ts";
import { orderIdOf } from "../src/orders/order-id.ts";
import { placedOrders } from "../src/orders/placed-orders.ts";
import { goOn, mayBeStopped, order, stop } from "../src/orders/placing.ts";
import { clear, placingOf } from "../src/orders/placing-state.ts";
import { pretendBrowser } from "./support/browser.ts";

const store = { storeId: "de-00001", storeName: "Carte Berlin", currency: "EUR" };
const ring = { itemId: "glazed-ring", name: "Glazed Ring", priceMinor: 250 };
const sending: Sending = {
  at: Date.now(),
  name: "Ada",
  mail: "",
  phone: "",
  slotId: "",
  cardToken: "",
  totalMinor: 250,
};

interface Posted {
  operationName: string;
  variables: { id?: string; input?: { operationId: string } };
}

let browser: ReturnType<typeof pretendBrowser>;
let posted: Posted[];
beforeEach(() => {
  browser = pretendBrowser();
  posted = [];
  changeCart(store.storeId, () => withQuantity(undefined, store, ring, 1));
  return () => {
    stop(store.storeId);
    changeCart(store.storeId, () => undefined);
    clear(store.storeId);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

/** Have every request answered by `answer`, and kept in `posted`. */
function answerBy(answer: (one: Posted) => unknown | Promise<unknown>): void {
  vi.stubGlobal("fetch", async (_: unknown, init: RequestInit) => {
    const one = JSON.parse(String(init.body)) as Posted;
    posted.push(one);
    return new Response(JSON.stringify(await answer(one)), {
      headers: { "content-type": "application/json" },
    });
  });
}

const placed = { data: { placeOrder: { order: { id: "abc" }, errors: [] } } };
const tracked = (id: string, quantity = 1) => ({
  id,
  lines: [{ itemId: ring.itemId, quantity, price: { amountMinor: 240, currency: "EUR" } }],
});
const refused = (...errors: object[]) => ({ data: { placeOrder: { order: null, errors } } });
const settled = () =>
  vi.waitFor(() => expect(placingOf(store.storeId).get().kind).not.toBe("sending"));
const idOfCart = () => cartOf(store.storeId).get()?.operationId ?? "";

it("sends one order for a double click, and empties the cart", async () => {
  answerBy(() => placed);
  order(store.storeId, sending);
  order(store.storeId, { ...sending, at: 1 });
  await settled();
  expect(posted).toHaveLength(1);
  expect(placingOf(store.storeId).get()).toEqual({ kind: "placed", orderId: "abc" });
  expect(cartOf(store.storeId).get()).toBeUndefined();
  expect(placedOrders.get()[0]).toMatchObject({ id: "abc", storeId: "de-00001", name: "Ada" });
});

it("goes on after a reload with the operationId of before", async () => {
  const id = idOfCart();
  changeCart(store.storeId, (cart) => cart && { ...cart, sending });
  answerBy(() => placed);
  goOn(store.storeId);
  goOn(store.storeId);
  await settled();
  expect(posted.map(({ variables }) => variables.input?.operationId)).toEqual([id]);
});

it("keeps operationId and cart when it is refused, and says what a guest can do", async () => {
  const id = idOfCart();
  answerBy(() =>
    refused(
      {
        __typename: "SoldOutError",
        path: ["lines", "0", "quantity"],
        itemId: "glazed-ring",
        left: 0,
      },
      { __typename: "ItemNotListedError", path: ["lines", "0", "itemId"] },
      {
        __typename: "PriceChangedError",
        path: ["expectedTotalMinor"],
        total: { amountMinor: 260 },
      },
      { __typename: "StoreClosedError", path: ["pickup"], nextSlot: "2030-01-01T08:00:00+01:00" },
      { __typename: "InvalidValueError", path: ["contact", "mail"] },
      { __typename: "SlotFullError", path: ["pickup"] },
      { __typename: "SlotFullError", path: ["pickup", "latest"] },
      { __typename: "TooBusyError", path: [] },
    ),
  );
  order(store.storeId, sending);
  await settled();
  expect(placingOf(store.storeId).get()).toEqual({
    kind: "refused",
    refusals: [
      { kind: "few-left", itemId: "glazed-ring", left: 0 },
      { kind: "not-listed", itemId: "glazed-ring" },
      { kind: "price-changed", totalMinor: 260 },
      { kind: "closed", nextSlot: "2030-01-01T08:00:00+01:00" },
      { kind: "field", field: "mail" },
      { kind: "slot-full" },
      { kind: "later" },
      { kind: "other" },
    ],
  });
  expect(cartOf(store.storeId).get()?.sending).toBeUndefined();
  expect(idOfCart()).toBe(id);
});

it("finds the order of an attempt without an answer when a region refuses the next one", async () => {
  const id = idOfCart();
  answerBy(async ({ operationName, variables }) =>
    operationName === "PlaceOrder"
      ? refused({
          __typename: "SoldOutError",
          path: ["lines", "0"],
          itemId: "glazed-ring",
          left: 0,
        })
      : { data: { order: variables.id === (await orderIdOf(id)) ? tracked(variables.id) : null } },
  );
  order(store.storeId, sending);
  await settled();
  expect(placingOf(store.storeId).get()).toEqual({ kind: "placed", orderId: await orderIdOf(id) });
  expect(cartOf(store.storeId).get()).toBeUndefined();
});

const REUSED = refused({ __typename: "OperationIdReusedError", path: ["operationId"] });

it("leads to the first order where the cart was changed since, and remembers what that one has", async () => {
  const id = await orderIdOf(idOfCart());
  answerBy(({ operationName }) =>
    operationName === "PlaceOrder" ? REUSED : { data: { order: tracked(id) } },
  );
  changeCart(store.storeId, (cart) => withQuantity(cart, store, ring, 3));
  order(store.storeId, sending);
  await settled();
  expect(placingOf(store.storeId).get()).toMatchObject({ kind: "placed", orderId: id });
  expect(placedOrders.get()[0]).toMatchObject({
    id,
    earlier: true,
    lines: [{ itemId: "glazed-ring", name: "Glazed Ring", quantity: 1, priceMinor: 240 }],
  });
});

it("remembers no lines of a first order that it cannot read", async () => {
  const id = await orderIdOf(idOfCart());
  answerBy(({ operationName }) =>
    operationName === "PlaceOrder" ? REUSED : { data: { order: null } },
  );
  order(store.storeId, sending);
  await settled();
  expect(placedOrders.get()[0]).toMatchObject({ id, earlier: true, lines: [] });
});

it("says of an order that it looked for whether the cart was changed since", async () => {
  for (const [quantity, earlier] of [
    [1, undefined],
    [2, true],
  ] as const) {
    changeCart(store.storeId, () => withQuantity(undefined, store, ring, quantity));
    const id = await orderIdOf(idOfCart());
    answerBy(() => ({ data: { order: tracked(id) } }));
    changeCart(store.storeId, (cart) => cart && { ...cart, sending: { ...sending, at: 1 } });
    goOn(store.storeId);
    await settled();
    expect(placedOrders.get()[0]).toMatchObject({ id, lines: [{ quantity: 1 }] });
    expect(placedOrders.get()[0]?.earlier).toBe(earlier);
  }
});

it("keeps the pickup and the payment that were chosen when it is refused after a reload", async () => {
  const pickup = { day: "2030-01-01", slotId: "2030-01-01T12:00" };
  changeCart(
    store.storeId,
    (cart) => cart && { ...cart, pickup, cardToken: "pm_card_visa", sending },
  );
  const stored = [...browser.kept].find(([key]) => key.includes(store.storeId));
  expect(JSON.parse(stored?.[1] ?? "{}")).toMatchObject({ pickup, cardToken: "pm_card_visa" });
  answerBy(() => refused({ __typename: "TooBusyError", path: [] }));
  goOn(store.storeId);
  await settled();
  const cart = cartOf(store.storeId).get();
  expect(cart).toMatchObject({ pickup, cardToken: "pm_card_visa" });
  expect(cart && pickupOf(cart, "2030-01-01")).toEqual(pickup);
  expect(cart && pickupOf(cart, "2030-01-02")).toEqual(SOON);
});

it("sends again with the same operationId until a region answers, and says so", async () => {
  const id = idOfCart();
  const memory = new Memory({ ...TIMING, rounds: 1, pauseMs: [0, 0] });
  let calls = 0;
  const fetching = (async (_: unknown, init: RequestInit) => {
    posted.push(JSON.parse(String(init.body)) as Posted);
    if (++calls <= 3) throw new TypeError("no network");
    return new Response(JSON.stringify(placed));
  }) as typeof fetch;
  changeCart(store.storeId, (cart) => cart && { ...cart, sending });
  goOn(store.storeId, { fetch: fetching, memory });
  await vi.waitFor(() =>
    expect(placingOf(store.storeId).get()).toEqual({ kind: "sending", again: true }),
  );
  await vi.waitFor(() => {
    browser.emit("online");
    expect(placingOf(store.storeId).get().kind).toBe("placed");
  });
  expect(new Set(posted.map(({ variables }) => variables.input?.operationId))).toEqual(
    new Set([id]),
  );
});

it("looks for the order after it was stopped: it may have arrived", async () => {
  const id = await orderIdOf(idOfCart());
  answerBy(({ operationName }) =>
    operationName === "PlaceOrder"
      ? new Promise(() => undefined)
      : { data: { order: tracked(id) } },
  );
  order(store.storeId, sending);
  stop(store.storeId);
  await settled();
  expect(placingOf(store.storeId).get()).toEqual({ kind: "placed", orderId: id });
});

it("does not send by itself what was ordered long ago", async () => {
  answerBy(() => ({ data: { order: null } }));
  changeCart(store.storeId, (cart) => cart && { ...cart, sending: { ...sending, at: 1 } });
  goOn(store.storeId);
  await settled();
  expect(posted.map(({ operationName }) => operationName)).toEqual(["TrackOrder"]);
  expect(placingOf(store.storeId).get().kind).toBe("stopped");
  expect(cartOf(store.storeId).get()?.sending).toBeUndefined();
});

const SOON_OVER = { ...TIMING, rounds: 1, pauseMs: [0, 0] as const };

/** Have each PlaceOrder fail by `failing`, and no order be found; the requests are in `posted`. */
const failingBy = (failing: () => unknown) =>
  (async (_: unknown, init: RequestInit) => {
    const one = JSON.parse(String(init.body)) as Posted;
    posted.push(one);
    if (one.operationName !== "PlaceOrder") return Response.json({ data: { order: null } });
    await failing();
    throw new TypeError("no network");
  }) as typeof fetch;

it("does not send again what grew old while the page was frozen, but looks for it", async () => {
  const fetching = failingBy(() => undefined);
  changeCart(store.storeId, (cart) => cart && { ...cart, sending: { ...sending, at: Date.now() } });
  goOn(store.storeId, { fetch: fetching, memory: new Memory(SOON_OVER) });
  await vi.waitFor(() =>
    expect(placingOf(store.storeId).get()).toEqual({ kind: "sending", again: true }),
  );
  await vi.waitFor(() => expect(posted).toHaveLength(PATHS.length));
  vi.setSystemTime(Date.now() + 6 * 60 * 60_000);
  await vi.waitFor(() => {
    browser.emit("online");
    expect(placingOf(store.storeId).get()).toEqual({ kind: "stopped" });
  });
  const names = posted.slice(PATHS.length).map(({ operationName }) => operationName);
  expect(new Set(names)).toEqual(new Set(["TrackOrder"]));
  expect(cartOf(store.storeId).get()?.sending).toBeUndefined();
});

it("tries no other region for what grew old while the first was silent", async () => {
  const fetching = failingBy(() => vi.setSystemTime(Date.now() + 6 * 60 * 60_000));
  changeCart(store.storeId, (cart) => cart && { ...cart, sending: { ...sending, at: Date.now() } });
  goOn(store.storeId, { fetch: fetching, memory: new Memory(SOON_OVER) });
  await settled();
  expect(placingOf(store.storeId).get()).toEqual({ kind: "stopped" });
  expect(posted.map(({ operationName }) => operationName)).toEqual(["PlaceOrder", "TrackOrder"]);
});

const WRONG = { errors: [{ message: "no", extensions: { code: "BAD_REQUEST" } }] };

it.each([
  { lost: 1, known: "found", outcome: "placed" },
  { lost: 0, known: "found", outcome: "placed" }, // by an attempt of before a reload
  { lost: 1, known: "none", outcome: "stopped" }, // a region may not have it yet
  { lost: 1, known: "unread", outcome: "stopped" },
  { lost: 0, known: "unread", outcome: "stopped" },
  { lost: 0, known: "none", outcome: "failed" },
])(
  "says $outcome where $lost answers are lost, the next is a fault, and the order is $known",
  async ({ lost, known, outcome }) => {
    const id = await orderIdOf(idOfCart());
    let left = lost;
    const fetching = (async (_: unknown, init: RequestInit) => {
      const { operationName } = JSON.parse(String(init.body)) as Posted;
      if (operationName === "PlaceOrder" ? left-- > 0 : known === "unread") {
        throw new TypeError("no network");
      }
      return operationName === "PlaceOrder"
        ? Response.json(WRONG, { status: 400 })
        : Response.json({ data: { order: known === "found" ? tracked(id) : null } });
    }) as typeof fetch;
    changeCart(store.storeId, (cart) => cart && { ...cart, sending });
    goOn(store.storeId, { fetch: fetching, memory: new Memory(SOON_OVER) });
    await settled();
    expect(placingOf(store.storeId).get()).toEqual(
      outcome === "placed" ? { kind: outcome, orderId: id } : { kind: outcome },
    );
    expect(cartOf(store.storeId).get() === undefined).toBe(outcome === "placed");
  },
);

it("says of an order that what was put into the cart while it was sent is not part of it", async () => {
  let respond = (_: unknown) => {};
  answerBy(
    () =>
      new Promise((resolve) => {
        respond = resolve;
      }),
  );
  order(store.storeId, sending);
  await vi.waitFor(() => expect(posted).toHaveLength(1));
  const coffee = { itemId: "coffee", name: "Coffee", priceMinor: 300 };
  changeCart(store.storeId, (cart) => withQuantity(cart, store, coffee, 1));
  respond(placed);
  await settled();
  expect(placedOrders.get()[0]).toMatchObject({ id: "abc", earlier: true, name: "Ada" });
  expect(placedOrders.get()[0]?.lines.map(({ itemId }) => itemId)).toEqual(["glazed-ring"]);
});

it("may be stopped while it is sent without an answer or a network, and at no other time", () => {
  expect(mayBeStopped({ kind: "sending", again: false }, true)).toBe(false);
  expect(mayBeStopped({ kind: "sending", again: true }, true)).toBe(true);
  expect(mayBeStopped({ kind: "sending", again: false }, false)).toBe(true);
  expect(mayBeStopped({ kind: "stopped" }, false)).toBe(false);
});

it("stops sending in all tabs when the guest stops it in one", async () => {
  followOtherTabs();
  vi.stubGlobal("navigator", { onLine: true });
  const memory = new Memory({ ...TIMING, rounds: 1, pauseMs: [0, 0] });
  const names: string[] = [];
  const fetching = (async (_: unknown, init: RequestInit) => {
    const { operationName } = JSON.parse(String(init.body)) as Posted;
    names.push(operationName);
    if (operationName === "PlaceOrder") throw new TypeError("no network");
    return new Response(JSON.stringify({ data: { order: null } }));
  }) as typeof fetch;
  changeCart(store.storeId, (cart) => cart && { ...cart, sending });
  goOn(store.storeId, { fetch: fetching, memory });
  await vi.waitFor(() =>
    expect(placingOf(store.storeId).get()).toEqual({ kind: "sending", again: true }),
  );
  const key = `carte.cart.${store.storeId}`;
  const { sending: _, ...stopped } = JSON.parse(browser.kept.get(key) ?? "{}");
  browser.kept.set(key, JSON.stringify(stopped));
  browser.emit("storage", { key });
  await settled();
  expect(placingOf(store.storeId).get()).toEqual({ kind: "stopped" });
  expect(names.at(-1)).toBe("TrackOrder");
});

it("ends its own sending alone where another tab ordered again since", async () => {
  const fetching = failingBy(() => undefined);
  changeCart(store.storeId, (cart) => cart && { ...cart, sending });
  goOn(store.storeId, { fetch: fetching, memory: new Memory(SOON_OVER) });
  await vi.waitFor(() => expect(posted.length).toBeGreaterThan(0));
  const newer = { ...sending, at: sending.at + 1 };
  changeCart(store.storeId, (cart) => cart && { ...cart, sending: newer });
  stop(store.storeId);
  await settled();
  expect(cartOf(store.storeId).get()?.sending).toEqual(newer);
});

it("says until when the guest would wait, until an attempt that had no answer may have placed it", async () => {
  const latest = "2030-01-01T12:15:00.000Z";
  const pickups: unknown[] = [];
  answerBy(({ operationName, variables }) => {
    if (operationName !== "PlaceOrder") return { data: { order: null } };
    const { pickup } = variables.input as unknown as { pickup: unknown };
    pickups.push(pickup);
    if (pickup) throw new TypeError("no answer");
    return placed;
  });
  order(store.storeId, { ...sending, latest });
  await vi.waitFor(() => expect(placingOf(store.storeId).get().kind).toBe("placed"), 10_000);
  expect(pickups[0]).toEqual({ latest });
  expect(pickups.at(-1)).toBeNull();
});
