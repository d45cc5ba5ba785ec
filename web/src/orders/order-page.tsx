// An order as its guest follows it: where it stands, when to collect it, cancelling, ordering it again.
import { useRef } from "preact/hooks";
import { formatAddress, localeIn } from "../formatting/address.ts";
import { describeMoment } from "../formatting/hours.ts";
import { formatMoney } from "../formatting/money.ts";
import { OrderChangedDocument } from "../generated/live.ts";
import { MenuWithDietDocument } from "../generated/operations.ts";
import { TrackOrderDocument, type TrackOrderQuery } from "../generated/orders.ts";
import { useLive } from "../graphql/use-live.ts";
import { usePolledQuery } from "../graphql/use-polled-query.ts";
import { type Kept, useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { keptReason } from "../menu/kept-notice.tsx";
import { MenuSkeleton } from "../menu/menu-skeleton.tsx";
import { useNow } from "../menu/use-now.ts";
import { cartPath, navigate, storePath } from "../routing.ts";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { useCell } from "../use-cell.ts";
import { CancelOrder } from "./cancel-order.tsx";
import { type CartLine, changeCart, withOrder } from "./cart.ts";
import { shortCode } from "./order-id.ts";
import { OrderSteps } from "./order-steps.tsx";
import { OtherCard } from "./other-card.tsx";
import { placedOrders } from "./placed-orders.ts";
import { clear } from "./placing-state.ts";
import type { OrderTexts } from "./texts/order-texts.ts";
import { useOrderTexts } from "./texts/use-order-texts.ts";

export type TrackedOrder = NonNullable<TrackOrderQuery["order"]>;

const POLL_MS = 3000;
/** While steps arrive by themselves. */
const POLL_LIVE_MS = 30_000;
/** What ended may still change: another region may know more. */
const POLL_ENDED_MS = 20_000;
const ENDED: readonly string[] = ["COLLECTED", "CANCELLED", "REJECTED", "EXPIRED", "REFUNDED"];
const STOPPABLE: readonly string[] = ["PLACED", "AUTHORIZED", "DECLINED", "ACCEPTED"];

const paceOf = ({ order }: TrackOrderQuery): number =>
  order && ENDED.includes(order.status) ? POLL_ENDED_MS : POLL_MS;

export function OrderPage({ id }: { id: string }) {
  const texts = useOrderTexts();
  const live = useRef(false);
  const polled = usePolledQuery(
    TrackOrderDocument,
    { id },
    { everyMs: (data) => (live.current ? POLL_LIVE_MS : paceOf(data)) },
  );
  live.current = useLive(
    OrderChangedDocument,
    { id },
    {
      // A region that does not have the order yet says nothing about it.
      onNext: ({ orderChanged }) => orderChanged.order && polled.put({ order: orderChanged.order }),
      ready: polled.data !== undefined,
    },
  );
  const known = useCell(placedOrders).find((one) => one.id === id);
  const order = polled.data?.order;
  const code = texts?.order(shortCode(id)) ?? "";
  const isKnown = polled.data !== undefined || polled.failure !== undefined;
  usePageHead({
    title: texts && order ? `${texts.status[order.status]} · ${code}` : code,
    early: !isKnown,
  });
  if (!texts) return <MenuSkeleton />;
  if (order) {
    return (
      <OrderState
        order={order}
        name={known?.name ?? ""}
        lines={known?.lines ?? []}
        earlier={known?.earlier === true}
        kept={polled.failure && polled.at && { at: polled.at, because: polled.failure }}
        refresh={polled.refresh}
        texts={texts}
      />
    );
  }
  if (polled.failure) {
    return (
      <div class="wide lone-notice">
        <FailureNotice failure={polled.failure} retry={polled.refresh} />
      </div>
    );
  }
  // Another region may answer before the order has reached it.
  const young = known !== undefined && Date.now() - known.placedAt < YOUNG_MS;
  const missing = polled.data !== undefined && !young;
  return (
    <div
      class={missing ? "wide lone-notice" : "wide lone-notice on-its-way"}
      data-testid="order-not-found"
    >
      <EmptyNotice>
        <h1>{missing ? texts.orderNotFound : texts.following}</h1>
        {missing && (
          <>
            <p>{texts.orderNotFoundHint}</p>
            <a class="button" href="/">
              {texts.toMenu}
            </a>
          </>
        )}
      </EmptyNotice>
    </div>
  );
}

const YOUNG_MS = 60_000;

interface Given {
  order: TrackedOrder;
  name: string;
  lines: readonly CartLine[];
  /** The cart was changed after it had become this order. */
  earlier: boolean;
  /** Where it is older than it should be, because no region answers well. */
  kept: Kept | undefined;
  refresh: () => void;
  texts: OrderTexts;
}

function OrderState({ order, name, lines, earlier, kept, refresh, texts }: Given) {
  const { say, code } = useLanguage();
  const now = useNow();
  const { store, status } = order;
  const locale = store ? localeIn(code, store.market.id) : code;
  const zone = store?.timeZone ?? "UTC";
  const [pickup, answer] = [new Date(order.pickupAt), new Date(order.acceptBy)];
  const { nameOf, unnamed } = useItemNames(order, lines);
  const reason = order.events.findLast(({ kind, holds }) => kind === "REJECTED" && holds)?.reason;
  const approved = order.events.some(({ kind, holds }) => kind === "APPROVED" && holds);
  // A card that was refused is no answer of the store: the order expires later without having been crossed.
  const crossed = order.events.some(({ kind, holds }) => !holds && kind !== "DECLINED");
  const live = !ENDED.includes(status);
  const money = (minor: number): string => formatMoney(minor, order.total.currency, locale);
  // Where prices are without the tax, as in the United States, the amounts of lines are more than their prices.
  const subtotal = order.lines.reduce((sum, { price, quantity }) => {
    return sum + price.amountMinor * quantity;
  }, 0);
  return (
    <article
      class={unnamed ? "wide order-page on-its-way" : "wide order-page"}
      data-testid="order"
      data-status={status}
    >
      <p class="order-code">{texts.order(shortCode(order.id))}</p>
      <div role="status">
        <h1 data-testid="order-status">{texts.status[status]}</h1>
      </div>
      {earlier && (
        <p class="cart-refusal" role="status" data-testid="earlier-order">
          {texts.earlierOrder}
        </p>
      )}
      {kept && (
        <p class="order-as-of" role="status" data-testid="order-as-of">
          {keptReason(kept.because, say)} {texts.asOf(describeMoment(kept.at, now, zone, locale))}
        </p>
      )}
      <div class="order-columns">
        <div class="order-parts">
          <section class="order-card">
            {live && <OrderSteps status={status} texts={texts} />}
            {reason && <p class="order-reason">{texts.reason(reason)}</p>}
            {live && (
              <p class="order-pickup">
                {texts.pickupAt(describeMoment(pickup, now, zone, locale))}
              </p>
            )}
            {(status === "PLACED" || status === "AUTHORIZED") && (
              <p>
                {answer > pickup // of an order for as soon as possible
                  ? approved
                    ? texts.approved
                    : order.needsApproval
                      ? texts.needsApproval
                      : texts.answerSoon
                  : texts.answerBy(describeMoment(answer, now, zone, locale, pickup))}
              </p>
            )}
            {name && live && <p>{texts.calledAs(name)}</p>}
            {crossed && <p>{texts.crossed}</p>}
            {store && (
              <p>
                <a href={storePath(store.id)}>{store.name}</a>
                <small>{formatAddress(store.address, store.market.id)}</small>
              </p>
            )}
          </section>
          {order.payment.cardsLeft > 0 && (
            <OtherCard orderId={order.id} refresh={refresh} texts={texts} />
          )}
          {STOPPABLE.includes(status) && (
            <CancelOrder orderId={order.id} refresh={refresh} texts={texts} />
          )}
        </div>
        <section class="order-card order-summary" aria-label={texts.total}>
          <ul class="order-lines">
            {order.lines.map(({ itemId, quantity, price }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an order may name an item twice, and its lines stay.
              <li key={at}>
                <span>
                  {quantity.toLocaleString(code)} × {nameOf(itemId)}
                </span>
                <span>{money(price.amountMinor * quantity)}</span>
              </li>
            ))}
          </ul>
          {subtotal !== order.total.amountMinor && (
            <ul class="order-lines" data-testid="added-tax">
              <li>
                <span>{texts.subtotal}</span>
                <span>{money(subtotal)}</span>
              </li>
              <li>
                <span>{texts.addedTax}</span>
                <span>{money(order.total.amountMinor - subtotal)}</span>
              </li>
            </ul>
          )}
          <p class="totals-total">
            <span>{texts.total}</span>
            <b>{money(order.total.amountMinor)}</b>
          </p>
          <p data-testid="payment">{paymentText(order, locale, texts)}</p>
          {store && (
            <button
              type="button"
              class="button button-quiet"
              data-testid="order-again"
              onClick={() => {
                const { currency } = order.total;
                const { id: storeId, name: storeName } = store;
                const wanted = order.lines.map(({ itemId, quantity, price }) => ({
                  itemId,
                  quantity,
                  name: nameOf(itemId),
                  priceMinor: price.amountMinor,
                }));
                clear(storeId);
                changeCart(storeId, (cart) =>
                  withOrder(cart, { storeId, storeName, currency }, wanted),
                );
                navigate(cartPath(store.id));
              }}
            >
              {texts.again}
            </button>
          )}
        </section>
      </div>
    </article>
  );
}

/**
 * What an item is called: as the store's menu has it, else as it was called when it was ordered; and whether names that
 * this device does not have are on their way.
 */
function useItemNames(order: TrackedOrder, lines: readonly CartLine[]) {
  const { code } = useLanguage();
  const variables = order.store ? { storeId: order.store.id, locale: code } : undefined;
  const { data, loading } = useQuery(MenuWithDietDocument, variables, { quiet: true });
  const items = data?.menu?.categories.flatMap(({ items }) => items);
  const nameOf = (itemId: string): string =>
    (items?.find(({ id }) => id === itemId) ?? lines.find((line) => line.itemId === itemId))
      ?.name ?? itemId;
  return { nameOf, unnamed: loading && lines.length === 0 };
}

function paymentText(order: TrackedOrder, locale: string, texts: OrderTexts): string {
  const total = formatMoney(order.total.amountMinor, order.total.currency, locale);
  switch (order.payment.state) {
    case "AT_STORE":
      return order.status === "COLLECTED" ? texts.atStore(total) : texts.payThere(total);
    case "UNPAID":
      return texts.unpaid(total);
    case "PENDING":
      return texts.cardPending(total);
    case "AUTHORIZED":
      return texts.heldOnCard(total);
    case "DECLINED":
    case "RELEASED":
      return texts.nothingCharged;
    case "CHARGED":
      return texts.paidByCard(total);
    case "PARTLY_REFUNDED":
      return texts.partlyRefunded(total);
    case "REFUNDED":
      return texts.status.REFUNDED;
  }
}
