// What becomes of an order while it is sent: that it is sent again, that it was stopped, that it failed.
import { useCell } from "../use-cell.ts";
import { useOnline } from "../use-online.ts";
import { mayBeStopped, stop } from "./placing.ts";
import { placingOf } from "./placing-state.ts";
import type { OrderTexts } from "./texts/order-texts.ts";

export function SendingNotice({ storeId, texts }: { storeId: string; texts: OrderTexts }) {
  const placing = useCell(placingOf(storeId));
  const online = useOnline();
  if (placing.kind === "failed" || placing.kind === "stopped") {
    return (
      <p class="cart-refusal" role="alert" data-testid="not-sent">
        {texts[placing.kind]}
      </p>
    );
  }
  if (placing.kind !== "sending") return null;
  const message = !online ? texts.offline : placing.again ? texts.sendingAgain : texts.sending;
  return (
    <div class="order-card sending">
      <span class="spinner" aria-hidden="true" />
      <p role="status" data-testid="sending" data-again={placing.again}>
        {message}
      </p>
      {mayBeStopped(placing, online) && (
        <button type="button" class="text-button" onClick={() => stop(storeId)}>
          {texts.stop}
        </button>
      )}
    </div>
  );
}
