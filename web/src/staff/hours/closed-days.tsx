// Days on which the store does not open: those that come, closing some more, and opening them again.

import { useState } from "preact/hooks";
import { dayAfter, dayOf } from "../../formatting/calendar-day.ts";
import { formatDay } from "../../formatting/hours.ts";
import { MOST_CLOSED_AHEAD, MOST_CLOSED_DAYS } from "../../generated/limits.ts";
import { useKeptFocus } from "../../shell/use-kept-focus.ts";
import { daysBetween } from "./closing-days.ts";
import type { HoursGiven } from "./hours-given.ts";
import { SavingLine } from "./saving-line.tsx";
import { useClosures } from "./use-closures.ts";

export function ClosedDays(given: HoursGiven) {
  const { store, texts, locale } = given;
  const { state, outcome, send, forget } = useClosures(given);
  const days = store.closedDays;
  const busy = state === "sending" || state === "again";
  const list = useKeptFocus<HTMLUListElement>(days.length);
  return (
    <section class="stock-part" aria-labelledby="closed-days">
      <h2 id="closed-days">{texts.closedDays}</h2>
      <p>{texts.closedDaysHint}</p>
      {days.length === 0 && <p class="stock-soft">{texts.noClosedDays}</p>}
      <ul class="hours-closed" data-testid="closed-days" ref={list} tabIndex={-1}>
        {days.map((day) => (
          <li key={day} data-testid="closed-day" data-day={day}>
            <b>{withYear(day, store.timeZone, locale)}</b>
            <button
              type="button"
              class="text-button"
              data-testid="open-day"
              aria-disabled={busy}
              onClick={() => !busy && send({ openDays: [day] })}
            >
              {texts.openAgain}
              <span class="visually-hidden"> {formatDay(day, locale)}</span>
            </button>
          </li>
        ))}
      </ul>
      <CloseDays
        {...given}
        closed={days}
        busy={busy}
        onType={forget}
        onClose={(closeDays) => send({ closeDays })}
      />
      <SavingLine state={state} outcome={outcome} texts={texts} testId="days-saving" />
    </section>
  );
}

interface CloseGiven extends HoursGiven {
  closed: readonly string[];
  busy: boolean;
  onType: () => void;
  onClose: (days: string[]) => void;
}

function CloseDays({ store, texts, locale, closed, busy, onType, onClose }: CloseGiven) {
  const [first, setFirst] = useState("");
  const [last, setLast] = useState("");
  const [tried, setTried] = useState(false);
  const today = dayOf(new Date(), store.timeZone);
  const end = dayAfter(today, MOST_CLOSED_AHEAD);
  const days = daysBetween(first, last || first, today);
  const news = days?.filter((day) => !closed.includes(day)) ?? [];
  const named = (day: string) => withYear(day, store.timeZone, locale);
  const wrong = tried && !days;
  const [from, to] = [news[0] ?? "", news.at(-1) ?? ""];
  const chosen =
    news.length === 0
      ? days && texts.alreadyClosed
      : texts.willClose(
          from === to ? named(from) : `${named(from)} – ${named(to)}`,
          news.length.toLocaleString(locale),
        );
  return (
    <form
      class="hours-close"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!days || busy || news.length === 0) return;
        onClose(news);
        setFirst("");
        setLast("");
        setTried(false);
      }}
    >
      {(
        [
          [texts.firstDay, first, setFirst, "first-day"],
          [texts.lastDay, last, setLast, "last-day"],
        ] as const
      ).map(([label, value, set, name]) => (
        <label key={name} class="staff-label">
          {label}
          <input
            class="staff-field"
            type="date"
            min={name === "last-day" && first ? first : today}
            max={end}
            data-testid={name}
            aria-invalid={wrong}
            aria-describedby="days-to-close"
            value={value}
            onInput={(event) => {
              onType();
              set(event.currentTarget.value);
            }}
          />
        </label>
      ))}
      <button
        type="submit"
        class="button button-quiet"
        data-testid="close-days"
        aria-disabled={busy}
      >
        {texts.close}
      </button>
      <p
        id="days-to-close"
        class={wrong ? "stock-wrong" : "hours-hint"}
        role={wrong ? "alert" : "status"}
        data-testid="days-to-close"
      >
        {!wrong
          ? chosen
          : last && last < first
            ? texts.lastBeforeFirst
            : texts.wrongDays(named(today), named(end), MOST_CLOSED_DAYS.toLocaleString(locale))}
      </p>
    </form>
  );
}

/** "Friday, December 25", with the year where it is not this one. */
function withYear(day: string, timeZone: string, locale: string): string {
  if (day.slice(0, 4) === dayOf(new Date(), timeZone).slice(0, 4)) return formatDay(day, locale);
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );
}
