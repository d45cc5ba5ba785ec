// Why the cart as a whole cannot be ordered as it is, beside the button.
import { formatMoney } from "../formatting/money.ts";
import type { Refusal } from "./refusals.ts";
import type { OrderTexts } from "./texts/order-texts.ts";

interface Given {
  refusals: readonly Refusal[];
  currency: string;
  texts: OrderTexts;
  locale: string;
}

export function Hindrances({ refusals, currency, texts, locale }: Given) {
  const messages = refusals.map((one): string | undefined => {
    switch (one.kind) {
      case "price-changed":
        return texts.priceChanged(formatMoney(one.totalMinor, currency, locale));
      case "too-large":
        return texts.tooLarge;
      case "field":
        return one.field === "payment" ? texts.badPayment : undefined;
      case "other":
        return texts.refusedOtherwise;
      // The others are explained where they can be settled: at the line, at the pickup time.
      default:
        return undefined;
    }
  });
  const all = [...new Set(messages.filter((one) => one !== undefined))];
  return (
    <div role="alert" class="hindrances" data-testid="hindrances">
      {all.map((text) => (
        <p key={text} class="cart-refusal">
          {text}
        </p>
      ))}
    </div>
  );
}
