// Taking an order back, after a second press that confirms it.
import { useEffect, useRef, useState } from "preact/hooks";
import { CancelOrderDocument } from "../generated/orders.ts";
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
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) first.current?.focus();
  }, [asking]);
  const busy = state === "sending" || state === "again";
  if (!asking) {
    return (
      <div>
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
    <fieldset class="order-card order-cancel">
      <legend>{texts.cancelSure}</legend>
      <button
        type="button"
        class="button"
        ref={first}
        data-testid="cancel-yes"
        aria-disabled={busy}
        onClick={() => cancel({ orderId })}
      >
        {texts.cancelYes}
      </button>
      <button type="button" class="button button-quiet" onClick={() => !busy && setAsking(false)}>
        {texts.cancelNo}
      </button>
      <p role="status">
        {state === "sending" && texts.cancelling}
        {state === "again" && texts.sendingAgain}
        {state === "failed" && texts.cancelTooLate}
      </p>
    </fieldset>
  );
}
