// Adding an item to the cart, and how many pieces of it: one button that becomes a row of three.
import { useRef } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { Icon } from "../shell/icon.tsx";
import { useCell } from "../use-cell.ts";
import {
  type AddedItem,
  type CartStore,
  cartOf,
  changeCart,
  MOST_PIECES,
  quantityOf,
  withQuantity,
} from "./cart.ts";
import { clear } from "./placing-state.ts";

interface Given {
  store: CartStore;
  item: AddedItem;
  /** Whether no further piece can be added. */
  none?: boolean;
}

export function Stepper({ store, item, none = false }: Given) {
  const { say, code } = useLanguage();
  const quantity = quantityOf(useCell(cartOf(store.storeId)), item.itemId);
  const plus = useRef<HTMLButtonElement>(null);
  const set = (step: number) => {
    clear(store.storeId);
    changeCart(store.storeId, (cart) =>
      withQuantity(cart, store, item, quantityOf(cart, item.itemId) + step),
    );
  };
  if (none && quantity === 0) return null;
  return (
    <div class={quantity > 0 ? "stepper stepper-on" : "stepper"} data-testid="stepper">
      {quantity > 0 && (
        <button
          type="button"
          class="step"
          aria-label={say.less(item.name)}
          onClick={() => {
            // With the last piece this button goes, and the focus must not go with it.
            if (quantity === 1) plus.current?.focus();
            set(-1);
          }}
        >
          <Icon name="minus" />
        </button>
      )}
      {quantity > 0 && <span class="step-count">{quantity.toLocaleString(code)}</span>}
      <button
        type="button"
        class={quantity > 0 ? "step" : "step step-add"}
        ref={plus}
        data-testid="add"
        aria-label={quantity > 0 ? say.more(item.name) : undefined}
        aria-disabled={none || quantity >= MOST_PIECES}
        onClick={() => !none && set(1)}
      >
        <Icon name="plus" />
        {quantity === 0 && (
          <>
            {say.add}
            <span class="visually-hidden"> {item.name}</span>
          </>
        )}
      </button>
    </div>
  );
}
