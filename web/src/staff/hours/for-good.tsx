// Closing a store for good, opening it again, and leaving it out of lists: each wants a second press.

import { useState } from "preact/hooks";
import { dayAfter, dayOf } from "../../formatting/calendar-day.ts";
import { formatDay } from "../../formatting/hours.ts";
import { MOST_CLOSED_AHEAD } from "../../generated/limits.ts";
import { useLanguage } from "../../i18n/language.ts";
import { AskTwice } from "../../shell/ask-twice.tsx";
import type { HoursGiven } from "./hours-given.ts";
import { SavingLine } from "./saving-line.tsx";
import { useClosures } from "./use-closures.ts";

export function ForGood(given: HoursGiven) {
  const { store, texts, locale } = given;
  const { say } = useLanguage();
  const { state, outcome, send } = useClosures(given);
  const today = dayOf(new Date(), store.timeZone);
  const end = dayAfter(today, MOST_CLOSED_AHEAD);
  const [day, setDay] = useState(today);
  const busy = state === "sending" || state === "again";
  const possible = day >= today && day <= end;
  const { closedFrom, hidden } = store;
  const answers = { yes: texts.yes, no: texts.no };
  return (
    <section class="stock-part" aria-labelledby="for-good" data-testid="for-good">
      <h2 id="for-good">{texts.forGood}</h2>
      <p>{texts.forGoodHint}</p>
      <p class="stock-soft" data-testid="closed-for-good">
        {closedFrom ? say.closedForGood(formatDay(closedFrom, locale)) : texts.notForGood}
      </p>
      {closedFrom ? (
        <AskTwice
          {...answers}
          key="reopen"
          label={texts.reopen}
          question={texts.reopenSure}
          onYes={() => send({ clear: ["CLOSED_FROM"] })}
          disabled={busy}
          testId="reopen"
        />
      ) : (
        <div class="hours-close">
          <label class="staff-label">
            {texts.fromDay}
            <input
              class="staff-field"
              type="date"
              min={today}
              max={end}
              data-testid="for-good-day"
              value={day}
              onInput={(event) => setDay(event.currentTarget.value)}
            />
          </label>
          <AskTwice
            {...answers}
            key="close"
            label={texts.closeForGood}
            question={possible ? texts.closeForGoodSure(formatDay(day, locale)) : ""}
            onYes={() => send({ closedFrom: day })}
            disabled={busy || !possible}
            quiet
            testId="close-for-good"
          />
        </div>
      )}
      <p class="stock-soft" data-testid="is-hidden" data-hidden={hidden}>
        {hidden ? texts.isHidden : texts.isShown}
      </p>
      <AskTwice
        {...answers}
        key={hidden ? "show" : "hide"}
        label={hidden ? texts.show : texts.hide}
        question={hidden ? texts.showSure : texts.hideSure}
        onYes={() => send({ hidden: !hidden })}
        disabled={busy}
        quiet
        testId="hide"
      />
      <SavingLine state={state} outcome={outcome} texts={texts} testId="for-good-saving" />
    </section>
  );
}
