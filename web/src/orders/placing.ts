// Places the order of a cart, once: goes on when the guest leaves the page, and after a reload.
import {
  PlaceOrderDocument,
  type PlaceOrderMutationVariables,
  TrackOrderDocument,
} from "../generated/orders.ts";
import { request } from "../graphql/client.ts";
import { type Cart, cartOf, changeCart, isOf, type Sending } from "./cart.ts";
import { orderIdOf } from "./order-id.ts";
import { rememberOrder } from "./placed-orders.ts";
import { type Placing, placingOf } from "./placing-state.ts";
import { refusalsOf } from "./refusals.ts";
import { type SendingOptions, sendUntilAnswered } from "./sending.ts";

/** An order that a guest pressed for so long ago is looked for, and not sent again by itself. */
const OLD_MS = 10 * 60_000;

const running = new Map<string, AbortController>();

/** Order a cart. What was sent and has no answer yet is not replaced: a second click changes nothing. */
export function order(storeId: string, sending: Sending): void {
  changeCart(storeId, (cart) => cart && { ...cart, sending: cart.sending ?? sending });
  goOn(storeId);
}

/** Send what was ordered and has no answer yet, if nothing does so already. */
export function goOn(storeId: string, options: Options = {}): void {
  const cart = cartOf(storeId).get();
  if (!cart?.sending || running.has(storeId)) return;
  const abort = new AbortController();
  running.set(storeId, abort);
  const state = placingOf(storeId);
  state.set({ kind: "sending", again: false });
  const unwatch = cartOf(storeId).watch((now) => {
    // The guest stopped it in another tab: sending on here would order it all the same.
    const stopped = now?.operationId === cart.operationId && !now.sending;
    if (stopped && mayBeStopped(state.get(), navigator.onLine)) abort.abort();
  });
  place(cart, cart.sending, options, abort)
    // Stopped, or too old: it may have arrived all the same.
    .catch(() => lookFor(cart, options))
    .catch((): Placing => ({ kind: "stopped" }))
    .then((placing) => {
      unwatch();
      running.delete(storeId);
      let outcome = placing;
      changeCart(storeId, (now) => {
        if (now?.operationId !== cart.operationId) return now;
        if (placing.kind !== "placed") {
          // What another tab ordered since goes on.
          return now.sending?.at === cart.sending?.at ? { ...now, sending: undefined } : now;
        }
        // What was put into the cart while it was sent is not part of the order, and the page says so.
        if (!isSame(now, cart)) outcome = { ...placing, earlier: placing.earlier ?? cart.lines };
        return undefined;
      });
      // An earlier order is called by the name that it was placed with.
      const name = placing.kind === "placed" && !placing.earlier ? cart.sending?.name : undefined;
      if (outcome.kind === "placed") remember(cart, outcome, name ?? "");
      state.set(outcome);
    });
}

/** Whether a guest can stop it: there is no answer, or no network. */
export const mayBeStopped = (placing: Placing, online: boolean): boolean =>
  placing.kind === "sending" && (placing.again || !online);

/** Whether two carts order the same, with the same wishes. */
const isSame = (one: Cart, other: Cart): boolean =>
  isOf(one, other.lines) &&
  one.lines.every(({ itemId, note }) =>
    other.lines.some((line) => line.itemId === itemId && line.note === note),
  );

/** Stop sending; the cart stays, and ordering it again makes no second order. */
export const stop = (storeId: string): void => running.get(storeId)?.abort();

type Options = Pick<SendingOptions, "fetch" | "memory">;

async function place(
  cart: Cart,
  sending: Sending,
  options: Options,
  abort: AbortController,
): Promise<Placing> {
  let again = false;
  const variables = inputOf(cart, sending);
  const outcome = await sendUntilAnswered(PlaceOrderDocument, variables, {
    ...options,
    signal: abort.signal,
    // Every attempt passes here, also those of a page that was frozen for hours between two of them.
    fetch: async (...given) => {
      if (Date.now() - sending.at > OLD_MS) abort.abort();
      abort.signal.throwIfAborted();
      return (options.fetch ?? fetch)(...given);
    },
    onRepeat: () => {
      again = true;
      // An attempt without an answer may have placed it in time: that another region is busier is no refusal.
      if (!sending.slotId) variables.input.pickup = null;
      placingOf(cart.storeId).set({ kind: "sending", again });
    },
  });
  // An attempt without an answer, also one of before a reload, may have placed it.
  if (!outcome.ok) return lookFor(cart, options, again ? "stopped" : "failed");
  const { order: placed, errors } = outcome.data.placeOrder;
  if (placed) return { kind: "placed", orderId: placed.id };
  // The cart was ordered before, and was changed since: there is one order, the first.
  if (errors.some(({ __typename }) => __typename === "OperationIdReusedError")) {
    const found = await lookFor(cart, options).catch((): Placing => ({ kind: "stopped" }));
    return found.kind === "placed"
      ? { ...found, earlier: found.earlier ?? cart.lines }
      : { kind: "placed", orderId: await orderIdOf(cart.operationId), earlier: [] };
  }
  if (errors.length === 0) return { kind: "placed", orderId: await orderIdOf(cart.operationId) };
  // An attempt that had no answer may have placed it: what it took is what this one is refused for.
  const known = await lookFor(cart, options).catch((): Placing => ({ kind: "stopped" }));
  if (known.kind === "placed") return known;
  return { kind: "refused", refusals: refusalsOf(errors, cart.lines) };
}

/** Whether there is an order of the cart already; `none` is what it came to where a region knows of none. */
async function lookFor(
  cart: Cart,
  options: Options,
  none: "stopped" | "failed" = "stopped",
): Promise<Placing> {
  const id = await orderIdOf(cart.operationId);
  const outcome = await request(TrackOrderDocument, { id }, options);
  const found = outcome.ok ? outcome.data.order : undefined;
  if (!found) return { kind: outcome.ok ? none : "stopped" };
  const lines = found.lines.map(({ itemId, quantity, price }) => ({
    itemId,
    quantity,
    priceMinor: price.amountMinor,
  }));
  return { kind: "placed", orderId: id, ...(isOf(cart, lines) ? {} : { earlier: lines }) };
}

export function inputOf(cart: Cart, sending: Sending): PlaceOrderMutationVariables {
  const { name, mail, phone, slotId, cardToken, latest } = sending;
  return {
    input: {
      operationId: cart.operationId,
      storeId: cart.storeId,
      lines: cart.lines.map(({ itemId, quantity, note }) => ({
        itemId,
        quantity,
        note: note.trim() || null,
      })),
      contact: { name, mail: mail || null, phone: phone || null },
      pickup: slotId ? { slotId } : latest ? { latest } : null,
      expectedTotalMinor: sending.totalMinor,
      ...(cardToken
        ? { payment: "CARD" as const, paymentToken: cardToken }
        : { payment: "AT_STORE" as const }),
    },
  };
}

function remember(
  cart: Cart,
  { orderId, earlier }: Placing & { kind: "placed" },
  name: string,
): void {
  const { storeId, storeName, currency } = cart;
  const nameOf = (id: string) => cart.lines.find(({ itemId }) => itemId === id)?.name ?? id;
  const lines = earlier?.map((line) => ({ ...line, name: nameOf(line.itemId) })) ?? cart.lines;
  rememberOrder({
    id: orderId,
    storeId,
    storeName,
    currency,
    lines: lines.map((line) => ({ ...line, note: "" })),
    name,
    placedAt: Date.now(),
    ...(earlier ? { earlier: true } : {}),
  });
}
