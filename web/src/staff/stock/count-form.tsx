// Counting one item: a large number that is tapped up and down, or typed.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { MOST_COUNTED_PIECES } from "../../generated/limits.ts";
import { RecordCountDocument } from "../../generated/stock.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { StockGiven } from "./given.ts";
import { PiecesField, parsePieces } from "./pieces-field.tsx";
import type { StockRow } from "./stock-rows.ts";

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
        const counted = parsePieces(pieces, 0, MOST_COUNTED_PIECES);
        setUnreadable(counted === undefined);
        if (counted === undefined) field.current?.focus();
        else record({ storeId, counts: [{ itemId: row.itemId, pieces: counted }] });
      }}
    >
      <PiecesField
        texts={texts}
        label={texts.countOf(row.title)}
        least={0}
        most={MOST_COUNTED_PIECES}
        value={pieces}
        onValue={(value) => {
          setUnreadable(false);
          setPieces(value);
        }}
        unreadable={unreadable}
        wrongId={wrongId}
        field={field}
      />
      <button type="submit" class="button stock-save" data-testid="save-count" aria-disabled={busy}>
        {state === "again" ? texts.again : busy ? texts.saving : texts.save}
      </button>
      <button type="button" class="text-button" onClick={onCancel}>
        {texts.cancel}
      </button>
      <p role="alert" class="stock-wrong" id={wrongId} data-testid="count-wrong">
        {unreadable
          ? texts.wrongCount(MOST_COUNTED_PIECES.toLocaleString(locale))
          : (refused || state === "failed" || state === "forbidden") && wrong}
      </p>
    </form>
  );
}
