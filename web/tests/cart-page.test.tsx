// @vitest-environment happy-dom
// The cart: nothing that was typed is lost, the right line is blamed, and the focus stays in the page.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { cartOf, changeCart, withQuantity } from "../src/orders/cart.ts";
import { CartPage } from "../src/orders/cart-page.tsx";
import { NOBODY, typedContact } from "../src/orders/contact-fields.tsx";
import { stop } from "../src/orders/placing.ts";
import { clear, placingOf } from "../src/orders/placing-state.ts";
import { en } from "../src/orders/texts/en.ts";
import { cartPath, orderPath } from "../src/routing.ts";
import { answerOperations, openPage, refusal } from "./support/page.ts";

const STORE = { storeId: "de-1", storeName: "Carte Berlin", currency: "EUR" };
const money = (amountMinor: number) => ({ amountMinor, currency: "EUR" });
const item = (id: string) => ({
  id,
  name: id.toUpperCase(),
  description: null,
  price: money(100),
  imageUrl: `/pictures/${id}.svg`,
  allergens: [],
  diet: null,
  calories: null,
  availability: "AVAILABLE",
});
const MENU = {
  locale: "en",
  currency: "EUR",
  store: {
    id: "de-1",
    name: "Carte Berlin",
    timeZone: "Europe/Berlin",
    market: { id: "de" },
    address: { city: "Berlin" },
    hours: [],
  },
  categories: [{ id: "donuts", name: "Donuts", items: ["a", "b", "c"].map(item) }],
};

interface Lines {
  input: { lines: { itemId: string; quantity: number }[] };
}
const priced = ({ lines }: Lines["input"]) => ({
  quote: {
    quote: {
      lines: lines.map((line) => ({ ...line, price: money(100) })),
      total: money(100 * lines.length),
      taxes: [],
      needsApproval: false,
      pickupAt: "2030-01-01T12:00:00Z",
    },
    errors: [],
  },
});
const never = () => new Promise(() => undefined);

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
  for (const id of ["a", "b", "c"]) {
    const added = { itemId: id, name: id.toUpperCase(), priceMinor: 100 };
    changeCart("de-1", (cart) => withQuantity(cart, STORE, added, 1));
  }
});
afterEach(() => {
  stop("de-1");
  page.close();
  clear("de-1");
  for (const id of ["de-1", "de-2", "de-3"]) changeCart(id, () => undefined);
  typedContact.set(NOBODY);
  vi.unstubAllGlobals();
});

const quote = (variables: Record<string, unknown>) => priced((variables as unknown as Lines).input);
const REFUSING = { Quote: quote, PlaceOrder: refusal, TrackOrder: () => ({ order: null }) };

it("keeps what was typed about the guest over the way to the menu and back", async () => {
  answerOperations({ Menu: () => ({ menu: MENU }), Quote: quote });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=contact-name]");
  await page.write("[data-testid=contact-name]", "Ada");
  await page.write("[data-testid=contact-phone]", "030 1");
  page.show(null);
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=contact-name]");
  expect((page.one("[data-testid=contact-name]") as HTMLInputElement).value).toBe("Ada");
  expect((page.one("[data-testid=contact-phone]") as HTMLInputElement).value).toBe("030 1");
});

/** A cart that was being sent when the page was loaded anew. */
function beSent(storeId = "de-1") {
  const contact = { name: "Ada", mail: "ada@site.test", phone: "030 1" };
  const sending = { ...contact, at: Date.now(), slotId: "", cardToken: "", totalMinor: 300 };
  changeCart(storeId, (cart) => cart && { ...cart, sending });
  return contact;
}
const typed = () =>
  Object.fromEntries(
    Object.keys(NOBODY).map((name) => [
      name,
      (page.one(`[data-testid=contact-${name}]`) as HTMLInputElement).value,
    ]),
  );

it("keeps who collects an order whose sending failed after a reload, also over the way to the menu", async () => {
  const contact = beSent();
  answerOperations({ Menu: () => ({ menu: MENU }), ...REFUSING });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=not-sent]");
  expect(typed()).toEqual(contact);
  page.show(null);
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=contact-name]");
  expect(typed()).toEqual(contact);
});

it("keeps who collects an order whose sending failed before the menu was there", async () => {
  // A menu that no test before this one read.
  for (const one of cartOf("de-1").get()?.lines ?? []) {
    changeCart("de-2", (cart) => withQuantity(cart, { ...STORE, storeId: "de-2" }, one, 1));
  }
  const contact = beSent("de-2");
  let respond = (_: unknown) => {};
  const menu = new Promise((resolve) => {
    respond = resolve;
  });
  answerOperations({ Menu: () => menu, ...REFUSING });
  page.show(<CartPage id="de-2" />);
  await vi.waitFor(() => expect(cartOf("de-2").get()?.sending).toBeUndefined());
  expect(page.all("[data-testid=contact-name]")).toEqual([]);
  respond({ menu: MENU });
  await page.shown("[data-testid=contact-name]");
  expect(typed()).toEqual(contact);
});

it("shows what was typed here after another tab sent the cart and stopped", async () => {
  answerOperations({ Menu: () => ({ menu: MENU }), ...REFUSING });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=contact-name]");
  await page.write("[data-testid=contact-name]", "Eve");
  await act(() => {
    beSent();
  });
  await page.shown("[data-testid=not-sent]");
  expect(typed()).toEqual({ ...NOBODY, name: "Eve" });
});

it("keeps a note at each key", async () => {
  answerOperations({ Menu: () => ({ menu: MENU }), Quote: quote });
  page.show(<CartPage id="de-1" />);
  await page.shown(".cart-note-add");
  await page.press(".cart-note-add");
  await page.write(".cart-line-text input", "no sugar");
  expect(cartOf("de-1").get()?.lines[0]?.note).toBe("no sugar");
});

it("blames the line that was priced at a place, not the one that moved there since", async () => {
  let calls = 0;
  answerOperations({
    Menu: () => ({ menu: MENU }),
    Quote: () =>
      calls++ === 0
        ? {
            quote: {
              quote: null,
              errors: [{ __typename: "ItemNotListedError", path: ["lines", "1", "itemId"] }],
            },
          }
        : never(),
  });
  page.show(<CartPage id="de-1" />);
  const blamed = () =>
    page
      .all("[data-testid=line-refusal]")
      .map((one) => one.closest<HTMLElement>("[data-item]")?.dataset.item);
  await page.shown("[data-testid=line-refusal]");
  expect(blamed()).toEqual(["b"]);
  await page.press("[data-item=a] .step");
  expect(page.all("[data-testid=cart-line]")).toHaveLength(2);
  expect(blamed()).toEqual(["b"]);
});

it("keeps the focus in the page when a line goes with its last piece", async () => {
  answerOperations({ Menu: () => ({ menu: MENU }), Quote: quote });
  page.show(<CartPage id="de-1" />);
  const less = await page.shown("[data-item=b] .step");
  less.focus();
  await page.press("[data-item=b] .step");
  expect(page.all("[data-testid=cart-line]")).toHaveLength(2);
  expect(document.activeElement?.id).toBe("main");
});

it("has the focus in the page while it is sent", async () => {
  const operations = answerOperations({
    Menu: () => ({ menu: MENU }),
    Quote: quote,
    PlaceOrder: never,
    TrackOrder: () => ({ order: null }),
  });
  page.show(<CartPage id="de-1" />);
  const button = await vi.waitFor(() => {
    const found = page.one("[data-testid=place-order]");
    expect(found.getAttribute("aria-disabled")).toBe("false");
    return found;
  });
  button.focus();
  await act(() => {
    page.one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
  await page.shown("[data-testid=sending]");
  expect(document.activeElement?.id).toBe("main");
  await vi.waitFor(() => expect(operations.some(({ name }) => name === "PlaceOrder")).toBe(true));
});

it("orders by Enter from the fields about the guest and the button, not from a note or a choice", async () => {
  answerOperations({ Menu: () => ({ menu: MENU }), Quote: quote });
  page.show(<CartPage id="de-1" />);
  await page.shown(".cart-note-add");
  await page.press(".cart-note-add");
  const note = ".cart-line-text input";
  const done: Record<string, boolean> = {};
  const press = async (selector: string, init: KeyboardEventInit = {}) => {
    const event = new KeyboardEvent("keydown", {
      key: "Enter",
      bubbles: true,
      cancelable: true,
      ...init,
    });
    page.one(selector).focus();
    await act(() => {
      page.one(selector).dispatchEvent(event);
    });
    return !event.defaultPrevented;
  };
  for (const part of ["contact-name", "contact-mail", "contact-phone", "place-order"]) {
    done[part] = await press(`[data-testid=${part}]`);
  }
  for (const part of ["pickup-soon", "pickup-later", "pay-at-store"]) {
    done[part] = await press(`[data-testid=${part}]`);
  }
  done.add = await press(".cart-note-add");
  // These keys write: the first two choose a word of an input method.
  done.composing = await press(note, { isComposing: true });
  done.composed = await press(note, { keyCode: 229 });
  done.letter = await press(note, { key: "a" });
  expect(document.activeElement).toBe(page.one(note));
  done.note = await press(note);
  expect(document.activeElement).toBe(document.body);
  expect(done).toEqual({
    "contact-name": true,
    "contact-mail": true,
    "contact-phone": true,
    "place-order": true,
    "pickup-soon": false,
    "pickup-later": false,
    "pay-at-store": false,
    add: true,
    composing: true,
    composed: true,
    letter: true,
    note: false,
  });
  expect(page.one(note).getAttribute("enterkeyhint")).toBe("done");
});

it("leads to an order that was answered meanwhile, unless the cart was filled again since", async () => {
  answerOperations({ Menu: () => ({ menu: MENU }), Quote: quote });
  history.replaceState(null, "", cartPath("de-1"));
  placingOf("de-1").set({ kind: "placed", orderId: "abc" });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=checkout]");
  await vi.waitFor(() => expect(placingOf("de-1").get().kind).toBe("idle"));
  expect(location.pathname).toBe(cartPath("de-1"));
  page.show(null);
  changeCart("de-1", () => undefined);
  placingOf("de-1").set({ kind: "placed", orderId: "abc" });
  page.show(<CartPage id="de-1" />);
  await vi.waitFor(() => expect(location.pathname).toBe(orderPath("abc")));
});

const refusing = (...errors: object[]) => ({ quote: { quote: null, errors } });
const CLOSED = { __typename: "StoreClosedError", path: ["pickup"], nextSlot: null };
const FEW = { __typename: "SoldOutError", path: ["lines", "1"], itemId: "b", left: 0 };
const noPrice = () => page.one("[data-testid=no-price]").textContent;
const isBusy = () => page.one("[data-testid=place-order]").getAttribute("aria-busy");

it.each([
  ["the store is closed", [CLOSED], [en.notAsItIs, en.seePickup]],
  ["there are too few pieces", [FEW], [en.notAsItIs, en.seeItems]],
  ["both", [FEW, CLOSED], [en.notAsItIs, en.seeItems, en.seePickup]],
  ["there is too much of it", [{ __typename: "OrderTooLargeError", path: [] }], [en.notAsItIs]],
])(
  "says that a cart cannot be ordered where %s, and that no price is on its way",
  async (_, errors, texts) => {
    answerOperations({ Menu: () => ({ menu: MENU }), Quote: () => refusing(...errors) });
    page.show(<CartPage id="de-1" />);
    await page.shown("[data-testid=checkout]");
    await vi.waitFor(() => expect(noPrice()).toBe(texts.join(" ")));
    expect(isBusy()).toBe("false");
    expect(page.one("[data-testid=place-order]").getAttribute("aria-disabled")).toBe("true");
  },
);

it("says that a price is on its way as long as it is, and where it failed only that", async () => {
  let respond = (_: unknown) => {};
  answerOperations({
    Menu: () => ({ menu: MENU }),
    Quote: () =>
      new Promise((resolve) => {
        respond = resolve;
      }),
  });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=checkout]");
  expect(noPrice()).toBe(en.pricing);
  expect(isBusy()).toBe("true");
  respond(refusal());
  await page.shown("[data-testid=failure]");
  expect(noPrice()).toBe("");
  expect(isBusy()).toBe("false");
});

it("has the guest choose a time where the day has none that is free", async () => {
  answerOperations({
    Menu: () => ({ menu: MENU }),
    Quote: quote,
    PickupSlots: () => ({ pickupSlots: [] }),
  });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=pickup-later]");
  await page.press("[data-testid=pickup-later]");
  await page.shown(".pickup-none");
  expect(noPrice()).toBe(en.chooseTime);
  expect(isBusy()).toBe("false");
});

/** Try to order, and have it refused. */
async function refuse(name: string, path: string[]) {
  answerOperations({
    Menu: () => ({ menu: MENU }),
    Quote: quote,
    PlaceOrder: () => ({
      placeOrder: { order: null, errors: [{ __typename: "InvalidValueError", path }] },
    }),
    TrackOrder: () => ({ order: null }),
  });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=contact-name]");
  await page.write("[data-testid=contact-name]", name);
  await vi.waitFor(() =>
    expect(page.one("[data-testid=place-order]").getAttribute("aria-disabled")).toBe("false"),
  );
  await act(() => {
    page.one("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
}

it.each([
  ["a change of the writing direction", "A\u202eda", en.unreadable(en.name)],
  ["nothing that is seen", "\u2800", en.unreadable(en.name)],
  ["nothing", "  ", en.noName],
  ["too much", "a".repeat(81), en.badName],
])("says of a name with %s what is wrong with it", async (_, name, message) => {
  await refuse(name, ["contact", "name"]);
  await vi.waitFor(() => expect(page.one("#name-wrong").textContent).toBe(message));
});

it("says at its line what is wrong with a note", async () => {
  await refuse("Ada", ["lines", "1", "note"]);
  const refusal = await page.shown("[data-item=b] [data-testid=line-refusal]");
  expect(refusal.textContent).toBe(en.unreadable(en.note("B")));
});

it("leads to the first field that the service refused", async () => {
  beSent();
  const error = { __typename: "InvalidValueError", message: "no", path: ["contact", "phone"] };
  answerOperations({
    Menu: () => ({ menu: MENU }),
    Quote: quote,
    PlaceOrder: () => ({ placeOrder: { order: null, errors: [error] } }),
  });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=contact-phone][aria-invalid=true]");
  const field = page.one("[data-testid=contact-phone]");
  await vi.waitFor(() => expect(document.activeElement).toBe(field));
  const { id } = page.one(".field-wrong");
  expect(field.getAttribute("aria-describedby")).toBe(id);
});

it("asks the guest again where the order would be ready much later than shown", async () => {
  const sent: unknown[] = [];
  answerOperations({
    Menu: () => ({ menu: MENU }),
    Quote: quote,
    PlaceOrder: ({ input }) => {
      sent.push((input as { pickup: unknown }).pickup);
      const later = { __typename: "SlotFullError", message: "", path: ["pickup", "latest"] };
      return { placeOrder: { order: null, errors: [later] } };
    },
    TrackOrder: () => ({ order: null }),
  });
  page.show(<CartPage id="de-1" />);
  await page.shown("[data-testid=contact-name]");
  await page.write("[data-testid=contact-name]", "Ada");
  await vi.waitFor(() =>
    expect((page.one("[data-testid=place-order]") as HTMLButtonElement).disabled).toBe(false),
  );
  await page.press("[data-testid=place-order]");
  await vi.waitFor(() => expect(document.body.textContent).toContain(en.readyLater));
  // A quarter of an hour more than the 12:00 that was shown.
  expect(sent).toEqual([{ latest: "2030-01-01T12:15:00.000Z" }]);
});

it("says that the store is closed before the price is there, so that nothing moves when it comes", async () => {
  // A store whose menu and price no test before this one read.
  for (const one of cartOf("de-1").get()?.lines ?? []) {
    changeCart("de-3", (cart) => withQuantity(cart, { ...STORE, storeId: "de-3" }, one, 3));
  }
  const store = { ...MENU.store, id: "de-3", openNow: false, opensAt: "2030-01-02T08:00:00+01:00" };
  let respond = (_: unknown) => {};
  const price = new Promise((resolve) => {
    respond = resolve;
  });
  answerOperations({ Menu: () => ({ menu: { ...MENU, store } }), Quote: () => price });
  page.show(<CartPage id="de-3" />);
  await page.shown("[data-testid=closed]");
  expect(page.all("[data-testid=closed] button")).toEqual([]);
  const error = { __typename: "StoreClosedError", message: "", path: ["pickup"] };
  respond({
    quote: { quote: null, errors: [{ ...error, nextSlot: "2030-01-02T08:15:00+01:00" }] },
  });
  await page.shown("[data-testid=closed] button");
  expect(page.all("[data-testid=closed] span")).toEqual([]);
});
