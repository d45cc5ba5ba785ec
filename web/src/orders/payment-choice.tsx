// How an order is paid: at the store; on a local cloud also with a test card of its payment provider.
import type { OrderTexts } from "./texts/order-texts.ts";

/** A card's token at the payment provider; empty: at the store. */
export type Payment = string;

/** Stripe's names of its test cards, which the local provider has too. */
export const TEST_CARDS = { accepted: "pm_card_visa", refused: "pm_card_chargeDeclined" } as const;

/** A card needs a page of the provider's that makes a token of it; only test cards have one without. */
export const takesTestCards = (): boolean =>
  ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

interface Given {
  payment: Payment;
  onChange: (payment: Payment) => void;
  texts: OrderTexts;
}

export function PaymentChoice({ payment, onChange, texts }: Given) {
  const ways = takesTestCards()
    ? [
        { value: "", label: texts.payAtStore },
        { value: TEST_CARDS.accepted, label: texts.testCard },
        { value: TEST_CARDS.refused, label: texts.testCardRefused },
      ]
    : [];
  return (
    <fieldset class="order-card">
      <legend>{texts.payment}</legend>
      {ways.map(({ value, label }) => (
        <label key={value} class="choice">
          <input
            type="radio"
            name="payment"
            value={value}
            data-testid={`pay-${value || "at-store"}`}
            checked={payment === value}
            onChange={() => onChange(value)}
          />
          <span>{label}</span>
        </label>
      ))}
      {ways.length === 0 && <p>{texts.payAtStore}</p>}
      <small>{ways.length > 0 ? texts.testCardHint : texts.payAtStoreHint}</small>
    </fieldset>
  );
}
