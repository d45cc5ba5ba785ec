// Recording what is thrown away of an item: how many pieces, why, and whether it was yesterday.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { dayAfter, dayOf } from "../../formatting/calendar-day.ts";
import { MOST_WASTED_PIECES } from "../../generated/limits.ts";
import { RecordWasteDocument, type WasteReason } from "../../generated/waste.ts";
import { serviceNow } from "../../graphql/answer.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { REASONS } from "../waste/reasons.ts";
import type { WasteTexts } from "../waste/texts/waste-texts.ts";
import type { StockGiven } from "./given.ts";
import { PiecesField, parsePieces } from "./pieces-field.tsx";
import type { StockRow } from "./stock-rows.ts";

/** What was recorded as thrown away, so that it can be taken back. */
export interface RecordedWaste {
  wasteId: string;
  day: string;
  pieces: number;
  title: string;
}

interface Given extends StockGiven {
  storeId: string;
  row: StockRow;
  wasteTexts: WasteTexts;
  onSaved: (recorded: RecordedWaste) => void;
  onCancel: () => void;
}

export function WasteForm({ storeId, row, wasteTexts, onSaved, onCancel, ...given }: Given) {
  const { staff, texts, locale, timeZone } = given;
  const { forbidden } = useAccountTexts();
  const [pieces, setPieces] = useState("1");
  const [reason, setReason] = useState<WasteReason>();
  const [daysAgo, setDaysAgo] = useState(0);
  const [wrong, setWrong] = useState("");
  const [unreadable, setUnreadable] = useState(false);
  /** So many pieces, more than are left, have to be confirmed: the next press does it. */
  const [confirming, setConfirming] = useState<number>();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const reasons = useRef<HTMLFieldSetElement>(null);
  useEffect(() => field.current?.select(), []);
  const [state, record] = useStaffMutation(
    RecordWasteDocument,
    staff.send,
    (data, sent) => {
      const { day, operationId, lines } = sent;
      if (data.recordWaste.errors.length > 0) setWrong(texts.notSaved);
      else {
        const count = lines[0]?.pieces ?? 0;
        onSaved({ wasteId: operationId, day, pieces: count, title: row.title });
      }
    },
    { outlives: true },
  );
  const busy = state === "sending" || state === "again";
  const failed = { failed: texts.notSaved, forbidden }[state as string] ?? "";
  const send = () => {
    const thrown = parsePieces(pieces, 1, MOST_WASTED_PIECES);
    setUnreadable(thrown === undefined);
    if (thrown === undefined) {
      setWrong(wasteTexts.wrongPieces(MOST_WASTED_PIECES.toLocaleString(locale)));
      field.current?.focus();
      return;
    }
    if (!reason) {
      setWrong(wasteTexts.noReason);
      reasons.current?.querySelector("input")?.focus();
      return;
    }
    const { left } = row;
    if (left !== null && thrown > Math.max(left, 0) && confirming !== thrown) {
      setConfirming(thrown);
      const [all, most] = [thrown, Math.max(left, 0)].map((n) => n.toLocaleString(locale));
      setWrong(wasteTexts.moreThanLeft(most ?? "", all ?? ""));
      return;
    }
    setWrong("");
    // Today by the service's clock: a tablet's may be wrong.
    const day = dayAfter(dayOf(serviceNow(), timeZone ?? "UTC"), -daysAgo);
    record({ storeId, day, reason, lines: [{ itemId: row.itemId, pieces: thrown }] });
  };
  // What is on its way may arrive: a form that is gone would not say so, and it would be recorded twice.
  const cancel = () => !busy && onCancel();
  return (
    <form
      class="stock-form waste-form"
      data-testid="waste-form"
      onKeyDown={(event) => event.key === "Escape" && cancel()}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="waste-pieces">
        <PiecesField
          texts={texts}
          label={wasteTexts.piecesOf(row.title)}
          least={1}
          most={MOST_WASTED_PIECES}
          value={pieces}
          onValue={(value) => {
            setUnreadable(false);
            setWrong("");
            setPieces(value);
          }}
          unreadable={unreadable}
          wrongId={`${id}-wrong`}
          field={field}
        />
      </div>
      <fieldset class="stock-filters" ref={reasons} aria-describedby={`${id}-wrong`}>
        <legend>{wasteTexts.why}</legend>
        {REASONS.map((one) => (
          <label key={one} class="stock-filter">
            <input
              type="radio"
              name={`${id}-why`}
              value={one}
              checked={reason === one}
              onChange={() => {
                setWrong("");
                setReason(one);
              }}
            />
            {wasteTexts.reasons[one]}
          </label>
        ))}
      </fieldset>
      <fieldset class="stock-filters">
        <legend>{wasteTexts.when}</legend>
        {[wasteTexts.today, wasteTexts.yesterday].map((name, days) => (
          <label key={name} class="stock-filter">
            <input
              type="radio"
              name={`${id}-when`}
              value={days}
              checked={daysAgo === days}
              onChange={() => setDaysAgo(days)}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <div class="waste-acts">
        <button
          type="submit"
          class="button stock-save"
          data-testid="save-waste"
          aria-disabled={busy}
        >
          {state === "again" ? texts.again : busy ? texts.saving : wasteTexts.record}
        </button>
        <button type="button" class="text-button" aria-disabled={busy} onClick={cancel}>
          {texts.cancel}
        </button>
      </div>
      <p role="alert" class="stock-wrong" id={`${id}-wrong`} data-testid="waste-wrong">
        {wrong || failed}
      </p>
    </form>
  );
}
