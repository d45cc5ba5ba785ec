// The button that orders, with what it costs.
import { formatMoney } from "../formatting/money.ts";
import type { OrderTexts } from "./texts/order-texts.ts";

interface Given {
  /** Undefined while the cart cannot be ordered. */
  total: { amountMinor: number; currency: string } | undefined;
  /** Whether a price is on its way. */
  busy: boolean;
  texts: OrderTexts;
  locale: string;
}

export function OrderButton({ total, busy, texts, locale }: Given) {
  return (
    <button
      type="submit"
      class="button button-order"
      data-testid="place-order"
      // Not `disabled`: the focus would fall out of it whenever the price is worked out anew.
      aria-disabled={total === undefined}
      aria-busy={busy}
    >
      {total
        ? texts.placeOrder(formatMoney(total.amountMinor, total.currency, locale))
        : texts.placeOrderWaiting}
    </button>
  );
}
