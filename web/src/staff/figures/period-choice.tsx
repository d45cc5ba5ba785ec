// Which days figures are of: today, the last week, the last four weeks, or days that are chosen.
import { useId, useState } from "preact/hooks";
import { dayAfter } from "../../formatting/calendar-day.ts";
import { MOST_DAYS, type Period } from "./figures.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

const DAYS = { today: 1, week: 7, month: 28 } as const;
type Kind = keyof typeof DAYS | "span";
const KINDS = ["today", "week", "month", "span"] as const;

interface Given {
  texts: FigureTexts;
  locale: string;
  /** Today in the store; undefined: not known yet. */
  today: string | undefined;
  /** What is chosen at first; the page's own period is the same. */
  first?: Exclude<Kind, "span">;
  onPeriod: (period: Period) => void;
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
  isNear(from) && isNear(to) && from <= to && to < dayAfter(from, MOST_DAYS);

export function PeriodChoice({ texts, locale, today = "", first = "today", onPeriod }: Given) {
  const [kind, setKind] = useState<Kind>(first);
  const [span, setSpan] = useState({ from: "", to: "" });
  const name = useId();
  const wrong = `${name}-wrong`;
  const isWrong = kind === "span" && !isSpan(span.from, span.to);
  const choose = (wanted: Kind) => {
    setKind(wanted);
    if (wanted !== "span") return onPeriod({ days: DAYS[wanted] });
    typed(span.to ? span : { from: dayAfter(today || "1970-01-01", -6), to: today });
  };
  const typed = (wanted: { from: string; to: string }) => {
    setSpan(wanted);
    if (isSpan(wanted.from, wanted.to)) onPeriod(wanted);
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
              texts.wrongSpan(MOST_DAYS.toLocaleString(locale), MOST_YEARS.toLocaleString(locale))}
          </p>
        </div>
      )}
    </div>
  );
}
