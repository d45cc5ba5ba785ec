// Why an order is rejected: one of the usual reasons, or another in the store's own words.

import { useEffect, useRef } from "preact/hooks";
import { MOST_REASON } from "../generated/limits.ts";
import type { BoardTexts } from "./texts/board-texts.ts";

interface Given {
  texts: BoardTexts;
  onBack: () => void;
  onReject: (reason: string) => void;
}

export function RejectForm({ texts, onBack, onReject }: Given) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="board-rejecting"
      onKeyDown={(event) => event.key === "Escape" && onBack()}
      onSubmit={(event) => {
        event.preventDefault();
        const reason = field.current?.value.trim() ?? "";
        if (reason) onReject(reason);
        else field.current?.focus();
      }}
    >
      <label class="board-label">
        {texts.why}
        <input
          class="board-field"
          ref={field}
          maxLength={MOST_REASON}
          required
          autocomplete="off"
        />
      </label>
      <div class="board-reasons">
        {texts.reasons.map((reason) => (
          <button
            key={reason}
            type="button"
            class="button button-quiet"
            onClick={() => {
              if (field.current) field.current.value = reason;
            }}
          >
            {reason}
          </button>
        ))}
      </div>
      <div class="board-acts">
        <button type="submit" class="button board-step" data-testid="reject-send">
          {texts.rejectSend}
        </button>
        <button type="button" class="button button-quiet" onClick={onBack}>
          {texts.back}
        </button>
      </div>
    </form>
  );
}
