// One day of the week: closed, open at certain times or all day, and copying its hours to other days.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { formatWeekday, WEEKDAYS } from "../../formatting/hours.ts";
import { MOST_SPANS } from "../../generated/limits.ts";
import { useKeptFocus } from "../../shell/use-kept-focus.ts";
import type { HoursGiven } from "./hours-given.ts";
import {
  type Day,
  endsNextDay,
  type Kind,
  problemOf,
  type Span,
  type Weekday,
} from "./week-edit.ts";

interface Given extends Pick<HoursGiven, "texts" | "locale"> {
  weekday: Weekday;
  day: Day;
  onKind: (kind: Kind) => void;
  onSpans: (spans: readonly Span[]) => void;
  onCopy: (to: ReadonlySet<number>) => void;
}

const NEW: Span = { opens: "", closes: "" };

export function DayFields(given: Given) {
  const { weekday, day, onKind, onSpans, texts, locale } = given;
  const name = formatWeekday(weekday, locale);
  const problem = problemOf(day);
  const wrongId = useId();
  const kinds: [Kind, string][] = [
    ["closed", texts.closed],
    ["open", texts.open],
    ["allDay", texts.allDay],
  ];
  return (
    <fieldset class="hours-day" data-testid="day" data-day={weekday} data-kind={day.kind}>
      {/* WebKit makes no part of a grid of a legend, and draws it across the border. */}
      <legend class="visually-hidden">{name}</legend>
      <b class="hours-name" aria-hidden="true">
        {name}
      </b>
      <div class="hours-kinds">
        {kinds.map(([kind, label]) => (
          <label key={kind} class="stock-filter">
            <input
              type="radio"
              name={`kind-${weekday}`}
              data-testid={`kind-${kind}`}
              checked={day.kind === kind}
              onChange={() => onKind(kind)}
            />
            {label}
          </label>
        ))}
      </div>
      {day.kind === "open" && (
        <Spans
          {...{ name, onSpans, texts, locale }}
          spans={day.spans}
          wrongId={wrongId}
          // Of times that overlap each may be the wrong one.
          isWrong={(clock) => (problem === "missing" ? clock === "" : problem !== undefined)}
        />
      )}
      <p class="stock-wrong" role="alert" id={wrongId} data-testid="day-wrong">
        {problem && texts.wrong[problem]}
      </p>
      {!problem && <CopyDay {...given} name={name} />}
    </fieldset>
  );
}

interface SpansGiven extends Pick<Given, "texts" | "locale" | "onSpans"> {
  name: string;
  spans: readonly Span[];
  isWrong: (clock: string) => boolean;
  /** Of the element that says what is wrong. */
  wrongId: string;
}

function Spans({ name, spans, isWrong, wrongId, onSpans, texts, locale }: SpansGiven) {
  const list = useKeptFocus<HTMLDivElement>(spans.length);
  const added = useRef(false);
  useEffect(() => {
    if (!added.current) return;
    added.current = false;
    list.current?.querySelector<HTMLElement>(".hours-span:last-child input")?.focus();
  });
  const set = (at: number, more: Partial<Span>) =>
    onSpans(spans.map((span, index) => (index === at ? { ...span, ...more } : span)));
  return (
    <div class="hours-times" ref={list}>
      <ul>
        {spans.map((span, at) => {
          const label = texts.spanOf(name, (at + 1).toLocaleString(locale));
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a time has nothing else to be known by.
            <li key={at} class="hours-span">
              {(["opens", "closes"] as const).map((end) => (
                <label key={end} class="hours-time">
                  <span>
                    {texts[end]}
                    <span class="visually-hidden">, {label}</span>
                  </span>
                  <input
                    class="staff-field"
                    type="time"
                    required
                    aria-invalid={isWrong(span[end])}
                    aria-describedby={isWrong(span[end]) ? wrongId : undefined}
                    data-testid={end}
                    value={span[end]}
                    onInput={(event) => set(at, { [end]: event.currentTarget.value })}
                  />
                </label>
              ))}
              {endsNextDay(span) && <span class="hours-next">{texts.nextDay}</span>}
              {spans.length > 1 && (
                <button
                  type="button"
                  class="text-button"
                  data-testid="remove-span"
                  onClick={() => onSpans(spans.filter((_, index) => index !== at))}
                >
                  {texts.removeSpan}
                  <span class="visually-hidden">: {label}</span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {spans.length < MOST_SPANS && (
        <button
          type="button"
          class="text-button"
          data-focus
          data-testid="add-span"
          onClick={() => {
            added.current = true;
            onSpans([...spans, NEW]);
          }}
        >
          {texts.addSpan}
          <span class="visually-hidden">: {name}</span>
        </button>
      )}
    </div>
  );
}

function CopyDay({ weekday, onCopy, texts, locale, name }: Given & { name: string }) {
  const [to, setTo] = useState<ReadonlySet<number>>();
  const place = useKeptFocus<HTMLDivElement>(to === undefined);
  const toggled = (at: number, on: boolean) => {
    const next = new Set(to);
    if (on) next.add(at);
    else next.delete(at);
    setTo(next);
  };
  return (
    <div class="hours-copy" ref={place}>
      <button
        type="button"
        class="text-button"
        data-focus
        data-testid="copy-day"
        aria-expanded={to !== undefined}
        onClick={() => setTo(to ? undefined : new Set())}
      >
        {texts.copy}
        <span class="visually-hidden">: {name}</span>
      </button>
      {to && (
        <fieldset class="hours-targets">
          <legend>{texts.copyTo(name)}</legend>
          {WEEKDAYS.map(
            (other, at) =>
              other !== weekday && (
                <label key={other} class="stock-filter">
                  <input
                    type="checkbox"
                    data-testid={`copy-to-${other}`}
                    checked={to.has(at)}
                    onChange={(event) => toggled(at, event.currentTarget.checked)}
                  />
                  {formatWeekday(other, locale)}
                </label>
              ),
          )}
          <button
            type="button"
            class="button button-quiet"
            data-testid="copy-now"
            aria-disabled={to.size === 0}
            onClick={() => {
              if (to.size === 0) return;
              onCopy(to);
              setTo(undefined);
            }}
          >
            {texts.copyNow}
          </button>
        </fieldset>
      )}
    </div>
  );
}
