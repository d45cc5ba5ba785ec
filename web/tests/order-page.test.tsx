// @vitest-environment happy-dom
// Pages of orders and items: failures are said as what they are, the focus stays, titles say what is known.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ENGLISH } from "../src/i18n/language.ts";
import { cartOf, changeCart } from "../src/orders/cart.ts";
import { ItemPage } from "../src/orders/item-page.tsx";
import { OrderPage } from "../src/orders/order-page.tsx";
import { placingOf } from "../src/orders/placing-state.ts";
import { en } from "../src/orders/texts/en.ts";
import { cartPath } from "../src/routing.ts";
import { answerOperations, openPage, refusal } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const orderWith = (more: object) => ({
  order: {
    id: "abcd",
    status: "PLACED",
    placedAt: "2030-01-01T08:00:00Z",
    pickupAt: "2030-01-01T09:00:00Z",
    acceptBy: "2030-01-01T08:10:00Z",
    needsApproval: false,
    store: null,
    lines: [],
    total: { amountMinor: 100, currency: "EUR" },
    payment: { method: "AT_STORE", state: "AT_STORE", cardsLeft: 0 },
    events: [],
    ...more,
  },
});

it("says of a cancellation that failed that it failed, not that it is too late", async () => {
  answerOperations({ TrackOrder: () => orderWith({}), CancelOrder: refusal });
  page.show(<OrderPage id="abcd" />);
  await page.shown("[data-testid=cancel-order]");
  await page.press("[data-testid=cancel-order]");
  await page.press("[data-testid=cancel-yes]");
  await vi.waitFor(() => expect(page.root.textContent).toContain(ENGLISH.say.serviceFailure));
  expect(page.root.textContent).not.toContain(en.cancelTooLate);
});

const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

it("says on which day the store answers where the pickup is on another one", async () => {
  vi.useFakeTimers({ now: Date.parse("2030-01-01T08:00:00Z"), toFake: ["Date"] });
  const times = { acceptBy: at(0.2), pickupAt: at(24) };
  answerOperations({ TrackOrder: () => orderWith(times) });
  page.show(<OrderPage id="abcd" />);
  await page.shown("[data-testid=order]");
  const text = () => page.root.textContent?.replaceAll("\u202f", " ");
  expect(text()).toContain(en.answerBy("today 8:12 AM"));
  expect(text()).toContain(en.pickupAt("tomorrow 8:00 AM"));
});

it.each([true, false])(
  "promises no answer after the pickup (large order: %s)",
  async (needsApproval) => {
    vi.useFakeTimers({ now: Date.parse("2030-01-01T08:00:00Z"), toFake: ["Date"] });
    const times = { acceptBy: at(1), pickupAt: at(0.2), needsApproval };
    answerOperations({ TrackOrder: () => orderWith(times) });
    page.show(<OrderPage id="abcd" />);
    await page.shown("[data-testid=order]");
    expect(page.root.textContent).not.toContain("answers by");
    expect(page.root.textContent).toContain(needsApproval ? en.needsApproval : en.answerSoon);
  },
);

it("says of a large order that it is approved, and promises no answer in a few minutes", async () => {
  vi.useFakeTimers({ now: Date.parse("2030-01-01T08:00:00Z"), toFake: ["Date"] });
  const approval = { kind: "APPROVED", at: at(0), reason: null, holds: true };
  const times = { acceptBy: at(1), pickupAt: at(0.2), needsApproval: true };
  answerOperations({ TrackOrder: () => orderWith({ ...times, events: [approval] }) });
  page.show(<OrderPage id="abcd" />);
  await page.shown("[data-testid=order]");
  expect(page.root.textContent).toContain(en.approved);
  for (const other of [en.answerSoon, en.needsApproval]) {
    expect(page.root.textContent).not.toContain(other);
  }
});

it.each([
  ["DECLINED", false],
  ["ACCEPTED", true],
])("says of an expired order whether answers crossed (%s: %s)", async (kind, crossed) => {
  const event = { at: at(0), reason: null };
  const events = [
    { ...event, kind, holds: false },
    { ...event, kind: "EXPIRED", holds: true },
  ];
  answerOperations({ TrackOrder: () => orderWith({ status: "EXPIRED", events }) });
  page.show(<OrderPage id="abcd" />);
  await page.shown("[data-testid=order]");
  expect(page.root.textContent?.includes(en.crossed)).toBe(crossed);
});

it("keeps the focus in the page when an order is cancelled", async () => {
  let status = "PLACED";
  answerOperations({
    TrackOrder: () => orderWith({ status }),
    CancelOrder: () => {
      status = "CANCELLED";
      return { cancelOrder: { order: { id: "abcd", status }, errors: [] } };
    },
  });
  page.show(<OrderPage id="abcd" />);
  const cancel = await page.shown("[data-testid=cancel-order]");
  await act(() => cancel.focus());
  await page.press("[data-testid=cancel-order]");
  page.one("[data-testid=cancel-yes]").focus();
  await page.press("[data-testid=cancel-yes]");
  await vi.waitFor(() => expect(page.one("[data-testid=order]").dataset.status).toBe(status));
  expect(document.activeElement?.id).toBe("main");
});

it.each([
  ["PLACED", "PENDING", en.cardPending("€1.00")],
  ["AUTHORIZED", "AUTHORIZED", en.heldOnCard("€1.00")],
  ["ACCEPTED", "UNPAID", en.unpaid("€1.00")],
  ["COLLECTED", "PARTLY_REFUNDED", en.partlyRefunded("€1.00")],
  ["COLLECTED", "AT_STORE", en.atStore("€1.00")],
  ["REJECTED", "RELEASED", en.nothingCharged],
])("says of an order that is %s what %s means for the guest", async (status, state, message) => {
  const payment = { method: state === "AT_STORE" ? "AT_STORE" : "CARD", state, cardsLeft: 0 };
  answerOperations({ TrackOrder: () => orderWith({ status, payment }) });
  page.show(<OrderPage id="abcd" />);
  expect((await page.shown("[data-testid=payment]")).textContent).toBe(message);
});

it("says that another card could not be offered", async () => {
  const payment = { method: "CARD", state: "DECLINED", cardsLeft: 2 };
  answerOperations({
    TrackOrder: () => orderWith({ status: "DECLINED", payment }),
    OfferCard: refusal,
  });
  page.show(<OrderPage id="abcd" />);
  await page.shown("[data-testid=other-card]");
  await page.press("[data-testid=other-card]");
  await vi.waitFor(() => expect(page.root.textContent).toContain(ENGLISH.say.serviceFailure));
});

it("says in the title that a store does not sell an item only once that is known", async () => {
  let respond = (_: unknown) => {};
  answerOperations({
    Menu: () =>
      new Promise((resolve) => {
        respond = resolve;
      }),
  });
  page.show(<ItemPage id="de-9" itemId="none" />);
  await page.shown("[data-testid=menu-skeleton]");
  await vi.waitFor(() => expect(document.title).toBe(`${ENGLISH.say.menu} · carte`));
  respond({ menu: null });
  await vi.waitFor(() => expect(document.title).toBe(`${en.itemNotFound} · carte`));
});

it("orders again without what became of the order before", async () => {
  const store = {
    id: "de-7",
    name: "Carte Berlin",
    timeZone: "Europe/Berlin",
    market: { id: "de" },
    address: { city: "Berlin" },
  };
  const money = { amountMinor: 100, currency: "EUR" };
  const lines = [{ itemId: "a", quantity: 2, price: money, amount: money }];
  answerOperations({ TrackOrder: () => orderWith({ store, lines }) });
  // It was answered while no cart was open.
  placingOf("de-7").set({ kind: "placed", orderId: "abcd" });
  page.show(<OrderPage id="abcd" />);
  await page.shown("[data-testid=order-again]");
  await page.press("[data-testid=order-again]");
  expect(placingOf("de-7").get().kind).toBe("idle");
  expect(cartOf("de-7").get()?.lines).toMatchObject([{ itemId: "a", quantity: 2 }]);
  expect(location.pathname).toBe(cartPath("de-7"));
  changeCart("de-7", () => undefined);
});

it.each([
  ["a row for the tax where prices are without it", 155, "$1.49", "Subtotal$1.49Tax$0.06"],
  ["none where they are with it", 149, "$1.49", undefined],
])("shows the prices of the menu, and %s", async (_, paid, price, tax) => {
  const dollars = (amountMinor: number) => ({ amountMinor, currency: "USD" });
  const line = { itemId: "a", quantity: 1, price: dollars(149), amount: dollars(paid) };
  answerOperations({ TrackOrder: () => orderWith({ lines: [line], total: dollars(paid) }) });
  page.show(<OrderPage id="abcd" />);
  await page.shown("[data-testid=order]");
  expect(page.one(".order-lines li").textContent).toContain(price);
  expect(page.all("[data-testid=added-tax]")[0]?.textContent).toBe(tax);
});
