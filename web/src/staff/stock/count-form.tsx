// Counting one item: a large number that is tapped up and down, or typed.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { RecordCountDocument } from "../../generated/stock.ts";
import { Icon } from "../../shell/icon.tsx";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { StockGiven } from "./given.ts";
import type { StockRow } from "./stock-rows.ts";

/** `MAX_PIECES` of services/domain/validation.py. */
const MOST_PIECES = 1_000_000;

/** The pieces that a text says in digits 0-9 alone; undefined for `1e3`, `1.5`, `+5` and the like. */
export function parsePieces(text: string): number | undefined {
  const pieces = /^[0-9]{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return pieces <= MOST_PIECES ? pieces : undefined;
}

interface Given extends StockGiven {
  storeId: string;
  row: StockRow;
  onSaved: () => void;
  onCancel: () => void;
}

export function CountForm({ storeId, row, staff, texts, locale, onSaved, onCancel }: Given) {
  const { forbidden } = useAccountTexts();
  const [pieces, setPieces] = useState(String(Math.max(0, row.left ?? 0)));
  const [refused, setRefused] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  const wrongId = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const [state, record] = useStaffMutation(RecordCountDocument, staff.send, (data) => {
    if (data.recordStockCount.errors.length > 0) setRefused(true);
    else onSaved();
  });
  const step = (by: number) => {
    setUnreadable(false);
    setPieces((now) => String(Math.min(MOST_PIECES, Math.max(0, (parsePieces(now) ?? 0) + by))));
  };
  const busy = state === "sending" || state === "again";
  const wrong = state === "forbidden" ? forbidden : texts.notSaved;
  return (
    <form
      class="stock-form"
      data-testid="count-form"
      onKeyDown={(event) => event.key === "Escape" && onCancel()}
      onSubmit={(event) => {
        event.preventDefault();
        setRefused(false);
        const counted = parsePieces(pieces);
        setUnreadable(counted === undefined);
        if (counted === undefined) field.current?.focus();
        else record({ storeId, counts: [{ itemId: row.itemId, pieces: counted }] });
      }}
    >
      <button
        type="button"
        class="button button-quiet stock-step"
        aria-label={texts.less}
        onClick={() => step(-1)}
      >
        <Icon name="minus" />
      </button>
      <input
        ref={field}
        class="staff-field stock-pieces"
        // Not of the type `number`, which takes `1e3`.
        inputMode="numeric"
        autocomplete="off"
        aria-invalid={unreadable}
        aria-describedby={wrongId}
        data-testid="pieces"
        aria-label={texts.countOf(row.title)}
        value={pieces}
        onInput={(event) => {
          setUnreadable(false);
          setPieces(event.currentTarget.value);
        }}
      />
      <button
        type="button"
        class="button button-quiet stock-step"
        aria-label={texts.more}
        onClick={() => step(1)}
      >
        <Icon name="plus" />
      </button>
      <button type="submit" class="button stock-save" data-testid="save-count" aria-disabled={busy}>
        {state === "again" ? texts.again : busy ? texts.saving : texts.save}
      </button>
      <button type="button" class="text-button" onClick={onCancel}>
        {texts.cancel}
      </button>
      <p role="alert" class="stock-wrong" id={wrongId} data-testid="count-wrong">
        {unreadable
          ? texts.wrongCount(MOST_PIECES.toLocaleString(locale))
          : (refused || state === "failed" || state === "forbidden") && wrong}
      </p>
    </form>
  );
}
