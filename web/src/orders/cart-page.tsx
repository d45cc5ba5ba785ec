// A store's cart: what is in it, when it is collected, by whom, and ordering it.
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { localeIn } from "../formatting/address.ts";
import { dayOf } from "../formatting/calendar-day.ts";
import { QuoteDocument } from "../generated/orders.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { KeptNotice } from "../menu/kept-notice.tsx";
import type { Menu } from "../menu/menu-data.ts";
import { MenuSkeleton } from "../menu/menu-skeleton.tsx";
import { useMenu } from "../menu/use-menu.ts";
import { useNow } from "../menu/use-now.ts";
import { navigate, orderPath, storePath } from "../routing.ts";
import { focusWrong } from "../shell/focus-wrong.ts";
import { Icon } from "../shell/icon.tsx";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { focusIsLost, focusMain } from "../shell/use-kept-focus.ts";
import { useCell } from "../use-cell.ts";
import { type Cart, cartOf, changeCart, isOf, pickupOf, type Sending } from "./cart.ts";
import { CartLines } from "./cart-lines.tsx";
import { ContactFields, contactOf, NOBODY, typedContact } from "./contact-fields.tsx";
import { Hindrances } from "./hindrances.tsx";
import { OrderButton } from "./order-button.tsx";
import { orderIdOf } from "./order-id.ts";
import { PaymentChoice } from "./payment-choice.tsx";
import { PickupChoice } from "./pickup-choice.tsx";
import { placedOrders } from "./placed-orders.ts";
import { goOn, order } from "./placing.ts";
import { clear, placingOf } from "./placing-state.ts";
import { type Refusal, refusalsOf, whereRefused } from "./refusals.ts";
import { SendingNotice } from "./sending-notice.tsx";
import type { OrderTexts } from "./texts/order-texts.ts";
import { useOrderTexts } from "./texts/use-order-texts.ts";
import { Totals } from "./totals.tsx";

/** How often an open cart is priced anew, in milliseconds. */
const REPRICE_MS = 20_000;

/** An order that would be ready later than shown by more than this is not placed: the guest is asked again. */
const PATIENCE_MS = 15 * 60_000;

export function CartPage({ id }: { id: string }) {
  const texts = useOrderTexts();
  const { code, say } = useLanguage();
  const cart = useCell(cartOf(id));
  const placing = useCell(placingOf(id));
  const { data, failure, kept, reload } = useMenu(id);
  useTakenUpContact(id);
  useEffect(() => {
    // Also what was being sent when the page was left or loaded anew, and what another tab sends.
    if (cart?.sending) goOn(id);
  }, [id, cart?.sending]);
  useEffect(() => {
    if (placing.kind !== "placed") return;
    clear(id);
    // The cart was filled again since the order was answered.
    if (cartOf(id).get()) return;
    typedContact.set(NOBODY);
    // Going back leads to the menu, not to a cart that was ordered.
    navigate(orderPath(placing.orderId), true);
  }, [id, placing]);

  useOrderOfOtherTab(cart?.operationId);

  if (!texts) return <MenuSkeleton />;
  if (!cart) return <NoCart id={id} texts={texts} />;
  const menu = data?.menu;
  if (!menu) {
    return failure ? (
      <div class="wide lone-notice">
        <FailureNotice failure={failure} retry={reload} />
      </div>
    ) : (
      <MenuSkeleton text={say.loadingMenu} />
    );
  }
  return (
    <>
      <KeptNotice kept={kept} />
      <Checkout
        cart={cart}
        menu={menu}
        texts={texts}
        refused={placing.kind === "refused" ? placing.refusals : NONE}
        locale={localeIn(code, menu.store.market.id)}
      />
    </>
  );
}

/** After a reload, who collects what is being sent is what was typed: the sending may fail. */
function useTakenUpContact(id: string): void {
  useLayoutEffect(() => {
    const sending = cartOf(id).get()?.sending;
    if (!sending) return;
    const { name, mail, phone } = sending;
    typedContact.set({ name, mail, phone });
  }, [id]);
}

/** Show the order that an open cart became in another tab. */
function useOrderOfOtherTab(operationId: string | undefined): void {
  const placed = useCell(placedOrders);
  const shown = useRef(operationId);
  if (operationId) shown.current = operationId;
  useEffect(() => {
    if (operationId || !shown.current) return;
    let wanted = true;
    orderIdOf(shown.current).then((id) => {
      if (wanted && placed.some((one) => one.id === id)) navigate(orderPath(id), true);
    });
    return () => {
      wanted = false;
    };
  }, [operationId, placed]);
}

const NONE: readonly Refusal[] = [];

function NoCart({ id, texts }: { id: string; texts: OrderTexts }) {
  const { say } = useLanguage();
  const [latest] = useCell(placedOrders);
  const ordered = latest?.storeId === id ? latest : undefined;
  usePageHead({ title: say.yourOrder });
  return (
    <div class="wide lone-notice" data-testid="empty-cart">
      <EmptyNotice>
        <h1>{ordered ? texts.orderedAlready : texts.emptyCart}</h1>
        {ordered && (
          <a class="button" href={orderPath(ordered.id)}>
            {say.openOrder}
          </a>
        )}
        <a class={ordered ? "quiet-link" : "button"} href={storePath(id)}>
          {texts.toMenu}
        </a>
      </EmptyNotice>
    </div>
  );
}

/** Enter ends a note, and leaves a choice as it is: it orders only where the guest writes who collects it. */
function endField(event: KeyboardEvent): void {
  const { target, key, isComposing, keyCode } = event;
  // Safari says by the code alone that the key chose a word of an input method.
  if (key !== "Enter" || isComposing || keyCode === 229) return;
  if (!(target instanceof HTMLInputElement) || target.name in NOBODY) return;
  event.preventDefault();
  if (target.type === "text") target.blur();
}

interface CheckoutGiven {
  cart: Cart;
  menu: Menu;
  texts: OrderTexts;
  /** Why the latest attempt was refused. */
  refused: readonly Refusal[];
  locale: string;
}

function Checkout({ cart, menu, texts, refused, locale }: CheckoutGiven) {
  const { say } = useLanguage();
  const { store } = menu;
  // Kept in the cart: a reload while it is sent, and a refusal afterwards, change no choice.
  const pickup = pickupOf(cart, dayOf(useNow(), store.timeZone));
  const payment = cart.cardToken ?? "";
  usePageHead({ title: `${say.yourOrder} · ${store.name}` });
  const quoted = useQuery(QuoteDocument, {
    input: {
      storeId: store.id,
      lines: cart.lines.map(({ itemId, quantity }) => ({ itemId, quantity })),
      pickup: pickup.slotId ? { slotId: pickup.slotId } : null,
    },
  });
  useEffect(() => {
    const timer = setInterval(quoted.refresh, REPRICE_MS);
    return () => clearInterval(timer);
  }, [quoted.refresh]);
  const priced = useRef(menu);
  useEffect(() => {
    // The menu changed while it was open: prices and stock of the cart may have changed with it.
    if (priced.current !== menu) quoted.refresh();
    priced.current = menu;
  }, [menu, quoted.refresh]);
  useEffect(() => {
    // What was refused is explained beside the prices of now.
    if (refused.length > 0) quoted.reload();
  }, [refused, quoted.reload]);

  const waiting = pickup.day !== "" && pickup.slotId === "";
  const quote = waiting ? undefined : (quoted.data?.quote.quote ?? undefined);
  // While a change of the cart is priced, the total that is shown is that of before.
  const current = quote && isOf(cart, quote.lines) ? quote : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: errors name lines by their places in the cart that was priced.
  const hindered = useMemo(
    () => refusalsOf(quoted.data?.quote.errors ?? [], cart.lines),
    [quoted.data],
  );
  const refusals = [...refused, ...hindered];
  const pricing = !waiting && (quoted.loading || (!quoted.failure && hindered.length === 0));
  const instead = waiting
    ? texts.chooseTime
    : pricing
      ? texts.pricing
      : quoted.failure
        ? ""
        : whereRefused(hindered, texts);
  const choose = (choice: Pick<Cart, "pickup"> | Pick<Cart, "cardToken">) => {
    clear(store.id);
    changeCart(store.id, (now) => now && { ...now, ...choice });
  };

  const isSent = cart.sending !== undefined;
  const wasSent = useRef(isSent);
  useLayoutEffect(() => {
    // The form makes room for the sending, and comes back, with the focus in it.
    if (wasSent.current !== isSent && focusIsLost()) focusMain();
    wasSent.current = isSent;
  }, [isSent]);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!isSent && refused.length > 0) focusWrong(form.current);
  }, [isSent, refused]);

  if (isSent) {
    return (
      <div class="wide order-page">
        <h1>{say.yourOrder}</h1>
        <SendingNotice storeId={store.id} texts={texts} />
      </div>
    );
  }
  return (
    <form
      class="wide order-page"
      ref={form}
      data-testid="checkout"
      onInput={(event) => typedContact.set(contactOf(event.currentTarget))}
      onKeyDown={endField}
      onSubmit={(event) => {
        event.preventDefault();
        if (!current) return;
        const given = contactOf(event.currentTarget);
        typedContact.set(given);
        const sending: Sending = {
          ...given,
          at: Date.now(),
          slotId: pickup.slotId,
          cardToken: payment,
          totalMinor: current.total.amountMinor,
          latest: new Date(Date.parse(current.pickupAt) + PATIENCE_MS).toISOString(),
        };
        order(store.id, sending);
      }}
    >
      <a class="back-link" href={storePath(store.id)}>
        <Icon name="back" />
        {store.name}
      </a>
      <h1>{say.yourOrder}</h1>
      <div class="order-columns">
        <div class="order-parts">
          <CartLines cart={cart} menu={menu} quote={quote} refusals={refusals} texts={texts} />
          <PickupChoice
            store={store}
            pickup={pickup}
            onChange={(chosen) => choose({ pickup: chosen })}
            pickupAt={quote?.pickupAt}
            refusals={refusals}
            texts={texts}
            locale={locale}
          />
          <ContactFields refusals={refused} texts={texts} />
          <PaymentChoice
            payment={payment}
            onChange={(cardToken) => choose({ cardToken })}
            texts={texts}
          />
        </div>
        <section class="order-card order-summary" aria-label={texts.total}>
          <Totals cart={cart} quote={quote} instead={instead} texts={texts} locale={locale} />
          <SendingNotice storeId={store.id} texts={texts} />
          <Hindrances refusals={refusals} currency={cart.currency} texts={texts} locale={locale} />
          {quoted.failure && <FailureNotice failure={quoted.failure} retry={quoted.reload} />}
          <OrderButton
            total={current?.total}
            busy={!current && pricing}
            texts={texts}
            locale={locale}
          />
        </section>
      </div>
    </form>
  );
}
