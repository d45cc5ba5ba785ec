// What was recorded as thrown away last, with the way to take it back.
import { useEffect, useRef, useState } from "preact/hooks";
import { TakeBackWasteDocument } from "../../generated/waste.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { WasteTexts } from "../waste/texts/waste-texts.ts";
import type { StockGiven } from "./given.ts";
import type { RecordedWaste } from "./waste-form.tsx";

interface Given extends StockGiven {
  storeId: string;
  wasteTexts: WasteTexts;
  recorded: RecordedWaste;
  onTakenBack: () => void;
}

export function WasteNote({ storeId, staff, texts, locale, ...given }: Given) {
  const { wasteTexts, recorded, onTakenBack } = given;
  const { forbidden } = useAccountTexts();
  const [takenBack, setTakenBack] = useState(false);
  const [refused, setRefused] = useState(false);
  const note = useRef<HTMLParagraphElement>(null);
  const [state, takeBack] = useStaffMutation(TakeBackWasteDocument, staff.send, (data) => {
    if (data.takeBackWaste.errors.length > 0) setRefused(true);
    else {
      setTakenBack(true);
      onTakenBack();
    }
  });
  // The button goes with the focus in it.
  useEffect(() => {
    if (takenBack) note.current?.focus();
  }, [takenBack]);
  const { wasteId, day, pieces, title } = recorded;
  const busy = state === "sending" || state === "again";
  const count = pieces.toLocaleString(locale);
  const wrong = state === "forbidden" ? forbidden : wasteTexts.notTakenBack;
  return (
    <div class="waste-note" data-testid="waste-note">
      <p ref={note} tabIndex={-1}>
        {takenBack ? wasteTexts.takenBack(count, title) : wasteTexts.recorded(count, title)}
      </p>
      {!takenBack && (
        <button
          type="button"
          class="button button-quiet"
          data-testid="take-back"
          aria-disabled={busy}
          onClick={() => {
            setRefused(false);
            takeBack({ storeId, day, wasteId });
          }}
        >
          {state === "again" ? texts.again : busy ? texts.saving : wasteTexts.takeBack}
        </button>
      )}
      <p role="alert" class="stock-wrong">
        {(refused || state === "failed" || state === "forbidden") && wrong}
      </p>
    </div>
  );
}
