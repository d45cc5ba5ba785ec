// What will change for guests, before it holds; what somebody else changed meanwhile; and what became of saving.
import { formatWeekday } from "../../formatting/hours.ts";
import { useLanguage } from "../../i18n/language.ts";
import { focusWrong } from "../../shell/focus-wrong.ts";
import { useKeptFocus } from "../../shell/use-kept-focus.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { moment } from "../office/moment.ts";
import { personText } from "../person-text.ts";
import type { Saving } from "../use-staff-mutation.ts";
import type { HoursChanged, HoursError, HoursGiven } from "./hours-given.ts";
import { type DayChange, isNeverOpen, runsOf, type Week } from "./week-edit.ts";

interface Given extends HoursGiven {
  week: Week;
  changes: readonly DayChange[];
  /** A day cannot be saved as it is typed. */
  isWrong: boolean;
  /** Somebody else set the hours while these were typed. */
  isMeanwhile: boolean;
  /** Who that was, where the service said so. */
  changed: HoursChanged | undefined;
  state: Saving;
  errors: readonly HoursError[];
  done: boolean;
  onApply: () => void;
  onKeep: () => void;
  onDiscard: () => void;
}

export function HoursPreview(given: Given) {
  const { changes, week, isWrong, isMeanwhile, changed, state, errors, done } = given;
  const { onApply, onKeep, onDiscard, texts, locale } = given;
  const { forbidden } = useAccountTexts();
  const busy = state === "sending" || state === "again";
  const failed = state === "failed" || (errors.length > 0 && !changed);
  // There is no more note of a change that was discarded, or that holds after all.
  const wrong =
    changes.length === 0
      ? ""
      : state === "forbidden"
        ? forbidden
        : failed
          ? texts.refused
          : isWrong
            ? texts.mend
            : "";
  const acts = useKeptFocus<HTMLElement>(`${isMeanwhile} ${changes.length > 0}`);
  return (
    <section
      class={changes.length > 0 ? "stock-part price-pending" : "stock-part"}
      aria-labelledby="hours-preview"
      ref={acts}
      tabIndex={-1}
    >
      <h3 id="hours-preview">{texts.preview(changes.length.toLocaleString(locale))}</h3>
      {changes.length === 0 && !done && <p>{texts.noChanges}</p>}
      <ul data-testid="preview">
        {runsOf(changes, texts, locale).map(({ first, last, before, after }) => (
          <li key={first}>
            <b>
              {formatWeekday(first, locale)}
              {last !== first && ` – ${formatWeekday(last, locale)}`}
            </b>{" "}
            <s>{before}</s> → <b>{after}</b>
          </li>
        ))}
      </ul>
      {changes.length > 0 && isNeverOpen(week) && <p>{texts.neverOpen}</p>}
      {isMeanwhile ? (
        <Meanwhile {...given} />
      ) : (
        changes.length > 0 && (
          <div class="office-acts">
            <button
              type="button"
              class="button"
              data-testid="apply"
              aria-disabled={busy || isWrong}
              onClick={({ currentTarget }) => {
                if (busy) return;
                if (isWrong) focusWrong(currentTarget.form);
                else onApply();
              }}
            >
              {state === "again" ? texts.again : busy ? texts.saving : texts.apply}
            </button>
            <button type="button" class="text-button" onClick={onDiscard}>
              {texts.discard}
            </button>
          </div>
        )
      )}
      {isMeanwhile && (
        <div class="office-acts">
          <button type="button" class="button" data-testid="keep-mine" onClick={onKeep}>
            {texts.keepMine}
          </button>
          <button type="button" class="text-button" data-testid="take-theirs" onClick={onDiscard}>
            {texts.takeTheirs}
          </button>
        </div>
      )}
      <p
        role={wrong ? "alert" : "status"}
        class={wrong ? "stock-wrong" : "office-note"}
        data-testid="hours-saving"
      >
        {wrong || (done ? texts.done : "")}
      </p>
    </section>
  );
}

function Meanwhile({ changed, texts, staff }: Given) {
  const { code } = useLanguage();
  const message =
    changed?.author && changed.at
      ? texts.changedBy(personText(changed.author, staff, texts), moment(changed.at, code))
      : texts.changed;
  return (
    <p class="staff-wrong" role="alert" data-testid="meanwhile">
      {message}
    </p>
  );
}
