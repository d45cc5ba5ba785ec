// Which days figures are of: today, the last week, the last four weeks, or days that are chosen.

import { useEffect, useId, useRef, useState } from "preact/hooks";
import { dayAfter } from "../../formatting/calendar-day.ts";
import { MOST_FIGURE_DAYS } from "../../generated/limits.ts";
import type { Period } from "./figures.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

const DAYS = { today: 1, week: 7, month: 28 } as const;
type Kind = keyof typeof DAYS | "span";
const KINDS = ["today", "week", "month", "span"] as const;

interface Given {
  texts: FigureTexts;
  locale: string;
  /** Today in the store; undefined: not known yet. */
  today: string | undefined;
  /** What is chosen, by whatever way. */
  chosen: Period;
  /** Days that were chosen and cannot be had: they stand in the fields, with what is wrong of them. */
  unfit?: { from: string; to: string } | undefined;
  /** Called with what is chosen here; `typed`: it may be one of several steps to what is meant. */
  onPeriod: (period: Period, typed: boolean) => void;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Years before and after today of which the API has figures, and a little less. */
export const MOST_YEARS = 10;

/** Whether it is a day of which the API has figures. */
export function isNear(day: string): boolean {
  const years = (Date.parse(day) - Date.now()) / (365.25 * 24 * 60 * 60_000);
  return DAY.test(day) && Math.abs(years) < MOST_YEARS;
}

/** Whether the API has the days from one to another in figures. */
export const isSpan = (from: string, to: string): boolean =>
  isNear(from) && isNear(to) && from <= to && to < dayAfter(from, MOST_FIGURE_DAYS);

const kindOf = (period: Period): Kind =>
  KINDS.find((one) => one !== "span" && "days" in period && DAYS[one] === period.days) ?? "span";

export function PeriodChoice({ texts, locale, today = "", chosen, unfit, onPeriod }: Given) {
  const shown = unfit ?? chosen;
  const [kind, setKind] = useState(() => kindOf(shown));
  const [span, setSpan] = useState(() => ("from" in shown ? shown : { from: "", to: "" }));
  const wanted = JSON.stringify(shown);
  /** What was chosen here last: anything else was chosen in another way, as by going back. */
  const own = useRef(wanted);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` holds the period.
  useEffect(() => {
    if (own.current === wanted) return;
    own.current = wanted;
    setKind(kindOf(shown));
    if ("from" in shown) setSpan(shown);
  }, [wanted]);
  const tell = (period: Period, typed: boolean) => {
    own.current = JSON.stringify(period);
    onPeriod(period, typed);
  };
  const name = useId();
  const wrong = `${name}-wrong`;
  const isWrong = kind === "span" && !isSpan(span.from, span.to);
  const choose = (wanted: Kind) => {
    setKind(wanted);
    if (wanted !== "span") return tell({ days: DAYS[wanted] }, false);
    typed(
      isSpan(span.from, span.to) ? span : { from: dayAfter(today || "1970-01-01", -6), to: today },
      false,
    );
  };
  const typed = (wanted: { from: string; to: string }, isTyped = true) => {
    setSpan(wanted);
    if (isSpan(wanted.from, wanted.to)) tell(wanted, isTyped);
  };
  const field = (end: "from" | "to", label: string) => (
    <label class="staff-label">
      {label}
      <input
        class="staff-field"
        type="date"
        required
        max="9999-12-31"
        data-testid={`figures-${end}`}
        aria-invalid={isWrong}
        aria-describedby={wrong}
        value={span[end]}
        onInput={(event) => typed({ ...span, [end]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="figure-period">
      <fieldset class="stock-filters">
        <legend>{texts.period}</legend>
        {KINDS.map((one) => (
          <label key={one} class="stock-filter">
            <input
              type="radio"
              name={name}
              value={one}
              checked={kind === one}
              onChange={() => choose(one)}
            />
            {texts.periods[one]}
          </label>
        ))}
      </fieldset>
      {kind === "span" && (
        <div class="figure-span">
          {field("from", texts.from)}
          {field("to", texts.to)}
          <p id={wrong} class="stock-wrong" role="alert">
            {isWrong &&
              texts.wrongSpan(
                MOST_FIGURE_DAYS.toLocaleString(locale),
                MOST_YEARS.toLocaleString(locale),
              )}
          </p>
        </div>
      )}
    </div>
  );
}
