// What a cart costs: the total that counts, and the taxes in it.
import { numberFormat } from "../formatting/formats.ts";
import { formatMoney } from "../formatting/money.ts";
import type { Cart } from "./cart.ts";
import type { PricedQuote } from "./cart-lines.tsx";
import { taxName } from "./tax-name.ts";
import type { OrderTexts } from "./texts/order-texts.ts";

interface Given {
  cart: Cart;
  /** Undefined while the API has no price for the cart. */
  quote: PricedQuote | undefined;
  /** What stands in place of a price. */
  instead: string;
  texts: OrderTexts;
  locale: string;
}

export function Totals({ cart, quote, instead, texts, locale }: Given) {
  const money = (minor: number): string => formatMoney(minor, cart.currency, locale);
  const percent = numberFormat(locale, { style: "percent", maximumFractionDigits: 3 });
  if (!quote) {
    return (
      <p class="totals-pending" role="status" data-testid="no-price">
        {instead}
      </p>
    );
  }
  return (
    <>
      <p class="totals-total">
        <span>{texts.total}</span>
        <b data-testid="total">{money(quote.total.amountMinor)}</b>
      </p>
      {quote.taxes.length > 0 && (
        <div class="totals-taxes">
          <p>{texts.taxIncluded}</p>
          <ul>
            {quote.taxes.map((tax) => (
              <li key={`${tax.name} ${tax.percent}`}>
                <span>
                  {texts.tax(taxName(tax.name, texts), percent.format(tax.percent / 100))}
                </span>
                <span>{money(tax.tax.amountMinor)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {quote.needsApproval && <p class="totals-approval">{texts.needsApproval}</p>}
    </>
  );
}
