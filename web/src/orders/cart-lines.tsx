// The lines of a cart: pieces, notes, prices that changed, and what is not there as it was wanted.

import { useEffect, useRef, useState } from "preact/hooks";
import { localeIn } from "../formatting/address.ts";
import { formatMoney } from "../formatting/money.ts";
import { MOST_NOTE } from "../generated/limits.ts";
import type { QuoteQuery } from "../generated/orders.ts";
import { useLanguage } from "../i18n/language.ts";
import { ItemPicture } from "../menu/item-picture.tsx";
import type { Menu } from "../menu/menu-data.ts";
import { itemPath } from "../routing.ts";
import { focusMain, useKeptFocus } from "../shell/use-kept-focus.ts";
import { type Cart, type CartLine, changeCart, withNote, withQuantity } from "./cart.ts";
import { clear } from "./placing-state.ts";
import type { Refusal } from "./refusals.ts";
import { Stepper } from "./stepper.tsx";
import type { OrderTexts } from "./texts/order-texts.ts";

export type PricedQuote = NonNullable<QuoteQuery["quote"]["quote"]>;

interface Given {
  cart: Cart;
  menu: Menu;
  quote: PricedQuote | undefined;
  refusals: readonly Refusal[];
  texts: OrderTexts;
}

export function CartLines({ cart, menu, quote, refusals, texts }: Given) {
  const { say } = useLanguage();
  return (
    <section class="order-card" aria-label={say.yourOrder}>
      <ul class="cart-lines">
        {cart.lines.map((line) => (
          <li key={line.itemId}>
            <Line
              cart={cart}
              menu={menu}
              line={line}
              priceMinor={
                quote?.lines.find(({ itemId }) => itemId === line.itemId)?.price.amountMinor
              }
              refusals={refusals.filter((one) => "itemId" in one && one.itemId === line.itemId)}
              texts={texts}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LineGiven extends Omit<Given, "quote"> {
  line: CartLine;
  /** Of one piece now; undefined while it is not known. */
  priceMinor: number | undefined;
}

function Line({ cart, menu, line, priceMinor, refusals, texts }: LineGiven) {
  const { storeId, storeName, currency } = cart;
  const part = useKeptFocus<HTMLDivElement>(undefined);
  const locale = localeIn(menu.locale, menu.store.market.id);
  const found = itemOf(menu, line.itemId);
  const item = found?.item;
  const name = item?.name ?? line.name;
  const price = priceMinor ?? item?.price.amountMinor ?? line.priceMinor;
  const money = (minor: number): string => formatMoney(minor, currency, locale);
  return (
    <div class="cart-line" ref={part} data-testid="cart-line" data-item={line.itemId}>
      <div class="cart-picture">
        <ItemPicture
          id={line.itemId}
          name={name}
          category={found?.category ?? ""}
          address={item?.imageUrl ?? null}
        />
      </div>
      <div class="cart-line-text">
        <a class="cart-name" lang={menu.locale} href={itemPath(storeId, line.itemId)}>
          {name}
        </a>
        <p class="cart-each">
          {texts.each(money(price))}
          {price !== line.priceMinor && (
            <b class="cart-was" data-testid="price-changed">
              {texts.wasPrice(money(line.priceMinor))}
            </b>
          )}
        </p>
        <Note cart={cart} line={line} name={name} texts={texts} />
      </div>
      <div class="cart-line-end">
        <b>{money(price * line.quantity)}</b>
        <Stepper
          store={{ storeId, storeName, currency }}
          // The price that the guest saw first stays, so that a change can be explained.
          item={{ itemId: line.itemId, name, priceMinor: line.priceMinor }}
        />
      </div>
      {refusals.slice(0, 1).map((refusal) => (
        <LineRefusal
          key={refusal.kind}
          cart={cart}
          line={line}
          name={name}
          refusal={refusal}
          texts={texts}
        />
      ))}
    </div>
  );
}

interface NoteGiven {
  cart: Cart;
  line: CartLine;
  name: string;
  texts: OrderTexts;
}

function Note({ cart, line, name, texts }: NoteGiven) {
  const [open, setOpen] = useState(line.note !== "");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // The button that was pressed is gone: the focus goes on in the field.
    if (open && document.activeElement === document.body) field.current?.focus();
  }, [open]);
  if (!open) {
    return (
      <button type="button" class="text-button cart-note-add" onClick={() => setOpen(true)}>
        {texts.addNote}
        <span class="visually-hidden"> {name}</span>
      </button>
    );
  }
  return (
    <input
      class="field"
      ref={field}
      maxLength={MOST_NOTE}
      autocomplete="off"
      enterkeyhint="done"
      aria-label={texts.note(name)}
      placeholder={texts.note(name)}
      defaultValue={line.note}
      // At each key: whoever leaves the page with the focus in the field changes it no further.
      onInput={(event) => {
        const note = event.currentTarget.value;
        changeCart(cart.storeId, (now) => now && withNote(now, line.itemId, note));
      }}
    />
  );
}

interface RefusalGiven {
  cart: Cart;
  line: CartLine;
  name: string;
  refusal: Refusal;
  texts: OrderTexts;
}

/** What is wrong with a line, and the one press that settles it; a note is written anew. */
function LineRefusal({ cart, line, name, refusal, texts }: RefusalGiven) {
  const { code } = useLanguage();
  const left = refusal.kind === "few-left" ? refusal.left : 0;
  const number = left.toLocaleString(code);
  const set = (quantity: number) => {
    clear(cart.storeId);
    changeCart(cart.storeId, (now) => withQuantity(now, cart, line, quantity));
    focusMain();
  };
  return (
    <div class="cart-refusal" role="alert" data-testid="line-refusal">
      <p>
        {refusal.kind === "note"
          ? texts.unreadable(texts.note(name))
          : refusal.kind === "not-listed"
            ? texts.notListed(name)
            : left > 0
              ? texts.fewLeft(name, number)
              : texts.soldOut(name)}
      </p>
      {refusal.kind !== "note" && (
        <button type="button" class="button button-quiet" onClick={() => set(left)}>
          {left > 0 ? texts.takeLeft(number) : texts.takeOut}
        </button>
      )}
    </div>
  );
}

function itemOf(menu: Menu, itemId: string) {
  for (const category of menu.categories) {
    const item = category.items.find(({ id }) => id === itemId);
    if (item) return { item, category: category.id };
  }
  return undefined;
}
