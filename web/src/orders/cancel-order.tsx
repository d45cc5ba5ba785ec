// Taking an order back, after a second press that confirms it.
import { useState } from "preact/hooks";
import { CancelOrderDocument } from "../generated/orders.ts";
import { useLanguage } from "../i18n/language.ts";
import { useKeptFocus } from "../shell/use-kept-focus.ts";
import type { OrderTexts } from "./texts/order-texts.ts";
import { useMutation } from "./use-mutation.ts";

interface Given {
  orderId: string;
  refresh: () => void;
  texts: OrderTexts;
}

export function CancelOrder({ orderId, refresh, texts }: Given) {
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState(false);
  const [state, cancel] = useMutation(CancelOrderDocument, ({ cancelOrder }) => {
    setRefused(cancelOrder.errors.length > 0);
    setAsking(false);
    refresh();
  });
  const part = useKeptFocus<HTMLDivElement>(asking);
  const { say } = useLanguage();
  const busy = state === "sending" || state === "again";
  if (!asking) {
    return (
      <div ref={part}>
        <button
          type="button"
          class="text-button"
          data-testid="cancel-order"
          onClick={() => setAsking(true)}
        >
          {texts.cancel}
        </button>
        {refused && <p role="alert">{texts.cancelTooLate}</p>}
      </div>
    );
  }
  return (
    <div ref={part}>
      <fieldset class="order-card order-cancel">
        <legend>{texts.cancelSure}</legend>
        <button
          type="button"
          class="button"
          data-testid="cancel-yes"
          aria-disabled={busy}
          onClick={() => cancel({ orderId })}
        >
          {texts.cancelYes}
        </button>
        {/* Enter that is held down cancels nothing. */}
        <button
          type="button"
          class="button button-quiet"
          data-focus
          data-testid="cancel-no"
          onClick={() => !busy && setAsking(false)}
        >
          {texts.cancelNo}
        </button>
        <p role="status">
          {state === "sending" && texts.cancelling}
          {state === "again" && texts.sendingAgain}
          {state === "failed" && say.serviceFailure}
        </p>
      </fieldset>
    </div>
  );
}
