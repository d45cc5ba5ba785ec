// Another card for an order whose card was refused.
import { OfferCardDocument } from "../generated/orders.ts";
import { useLanguage } from "../i18n/language.ts";
import { TEST_CARDS, takesTestCards } from "./payment-choice.tsx";
import type { OrderTexts } from "./texts/order-texts.ts";
import { useMutation } from "./use-mutation.ts";

interface Given {
  orderId: string;
  refresh: () => void;
  texts: OrderTexts;
}

export function OtherCard({ orderId, refresh, texts }: Given) {
  const { say } = useLanguage();
  const [state, offer] = useMutation(OfferCardDocument, refresh);
  if (!takesTestCards()) return null;
  return (
    <div class="order-card">
      <button
        type="button"
        class="button"
        data-testid="other-card"
        aria-disabled={state === "sending" || state === "again"}
        onClick={() => offer({ orderId, paymentToken: TEST_CARDS.accepted })}
      >
        {texts.otherCard}
      </button>
      <small>{texts.testCardHint}</small>
      <p role="status">
        {state === "again" && texts.sendingAgain}
        {state === "failed" && say.serviceFailure}
      </p>
    </div>
  );
}
