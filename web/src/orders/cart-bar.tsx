// The way to the cart, at the foot of the window while there is something in it.
import { formatMoney } from "../formatting/money.ts";
import { useLanguage } from "../i18n/language.ts";
import { cartPath } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { useCell } from "../use-cell.ts";
import { cartOf, piecesOf, sumOf } from "./cart.ts";

export function CartBar({ storeId, locale }: { storeId: string; locale: string }) {
  const { say } = useLanguage();
  const cart = useCell(cartOf(storeId));
  return (
    <div class="cart-bar-place" role="status">
      {cart && (
        <a class="cart-bar" data-testid="cart-bar" href={cartPath(storeId)}>
          <Icon name="bag" />
          <span>
            {cart.sending ? say.orderUnsent : say.yourOrder}
            <small>{say.pieces(piecesOf(cart))}</small>
          </span>
          <b>{formatMoney(sumOf(cart), cart.currency, locale)}</b>
          <Icon name="chevron" />
        </a>
      )}
    </div>
  );
}
