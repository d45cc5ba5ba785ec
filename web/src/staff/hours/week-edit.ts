// A week of opening hours as it is edited: days with their times, what is wrong with one, what changes.
import { type DayHours, formatClock, isAllDay, WEEKDAYS, weekOf } from "../../formatting/hours.ts";
import type { OpeningHoursInput, StoreHoursQuery } from "../../generated/hours.ts";

export type StoreOfHours = NonNullable<StoreHoursQuery["store"]>;
type Hours = StoreOfHours["hours"];
export type Weekday = DayHours["weekday"];

/** Wall times as the browser's fields have them, `HH:MM`: midnight at the end of a day is `00:00`; empty: not typed. */
export interface Span {
  opens: string;
  closes: string;
}

export type Kind = "closed" | "open" | "allDay";

/** The times of a day stay while it is closed, so that they are there when it opens again. */
export interface Day {
  kind: Kind;
  spans: readonly Span[];
}

/** Seven days from Monday. */
export type Week = readonly Day[];

const USUAL: Span = { opens: "08:00", closes: "20:00" };
const DAY = 24 * 60;
const MIDNIGHT = "00:00";
/** A time that nobody typed yet stands behind the others. */
const LAST = "99:99";

/** The week of a store's hours. */
export const weekFrom = (hours: Hours): Week =>
  weekOf(hours).map(({ spans }): Day => {
    if (spans.length === 0) return { kind: "closed", spans: [] };
    if (spans.length === 1 && spans.every(isAllDay)) return { kind: "allDay", spans: [] };
    return {
      kind: "open",
      spans: spans.map(({ opens, closes }) => ({
        opens,
        closes: closes === "24:00" ? MIDNIGHT : closes,
      })),
    };
  });

const spansOf = ({ kind, spans }: Day): readonly Span[] => {
  if (kind === "closed") return [];
  if (kind === "allDay") return [{ opens: MIDNIGHT, closes: "24:00" }];
  return spans
    .map(({ opens, closes }) => ({ opens, closes: closes === MIDNIGHT ? "24:00" : closes }))
    .sort((a, b) => (a.opens || LAST).localeCompare(b.opens || LAST));
};

/** The hours of a week as the mutation takes them. */
export const hoursOf = (week: Week): OpeningHoursInput[] =>
  week.flatMap((day, at) => {
    const weekday = WEEKDAYS[at];
    return weekday ? spansOf(day).map((span) => ({ weekday, ...span })) : [];
  });

/** A day that opens has times: those of the day before it that has some, else usual ones. */
export function withKind(week: Week, at: number, kind: Kind): Week {
  const before = week.slice(0, at).findLast(({ spans }) => spans.length > 0);
  return replaced(week, at, (day) => ({
    kind,
    spans: kind === "open" && day.spans.length === 0 ? (before?.spans ?? [USUAL]) : day.spans,
  }));
}

export const replaced = (week: Week, at: number, change: (day: Day) => Day): Week =>
  week.map((day, index) => (index === at ? change(day) : day));

/** The week with a day's hours on other days as well. */
export const copied = (week: Week, from: number, to: ReadonlySet<number>): Week =>
  week.map((day, at) => (to.has(at) ? (week[from] ?? day) : day));

export type Problem = "missing" | "empty" | "overlap";

/** What is wrong with a day, by the rule of the API; undefined: nothing. */
export function problemOf({ kind, spans }: Day): Problem | undefined {
  if (kind !== "open") return undefined;
  if (spans.length === 0 || spans.some(({ opens, closes }) => !opens || !closes)) return "missing";
  const minutes = spans.map(minutesOf).sort(([a], [b]) => a - b);
  if (minutes.some(([start, end]) => start === end)) return "empty";
  const overlap = minutes.some(([start], at) => at > 0 && start < (minutes[at - 1]?.[1] ?? 0));
  return overlap ? "overlap" : undefined;
}

/** Minutes after midnight; a night ends after 1440, and what opens and closes at once is empty. */
function minutesOf({ opens, closes }: Span): [start: number, end: number] {
  const start = minuteOf(opens);
  const end = closes === MIDNIGHT ? DAY : minuteOf(closes);
  return [start, end < start ? end + DAY : end];
}

const minuteOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
};

/** Whether a time ends on the day after the one on which it begins. */
export const endsNextDay = ({ opens, closes }: Span): boolean =>
  opens !== "" && closes !== "" && closes !== MIDNIGHT && minuteOf(closes) < minuteOf(opens);

export interface DayChange {
  weekday: Weekday;
  before: Day;
  after: Day;
}

/** The days on which two weeks differ for guests. */
export const changesOf = (before: Week, after: Week): DayChange[] =>
  WEEKDAYS.flatMap((weekday, at) => {
    const [was, is] = [before[at], after[at]];
    if (!was || !is || JSON.stringify(spansOf(was)) === JSON.stringify(spansOf(is))) return [];
    return [{ weekday, before: was, after: is }];
  });

export const isNeverOpen = (week: Week): boolean => week.every(({ kind }) => kind === "closed");

interface Words {
  closed: string;
  allDay: string;
}

/** A time that nobody typed yet is no midnight. */
const clockText = (clock: string, locale: string): string =>
  clock === "" ? "…" : formatClock(clock, locale);

/** The hours of a day in words: "8:00 AM – 12:00 PM, 2:00 PM – 6:00 PM"; "…" stands for a time that is missing. */
export function dayText(day: Day, words: Words, locale: string): string {
  const spans = spansOf(day);
  if (spans.length === 0) return words.closed;
  if (spans.length === 1 && spans.every(isAllDay)) return words.allDay;
  return spans
    .map(({ opens, closes }) => `${clockText(opens, locale)} – ${clockText(closes, locale)}`)
    .join(", ");
}

/** Days that follow each other and change alike, in words. */
export interface ChangeRun {
  first: Weekday;
  last: Weekday;
  before: string;
  after: string;
}

export function runsOf(changes: readonly DayChange[], words: Words, locale: string): ChangeRun[] {
  const runs: ChangeRun[] = [];
  for (const { weekday, before, after } of changes) {
    const [was, is] = [dayText(before, words, locale), dayText(after, words, locale)];
    const run = runs.at(-1);
    const follows = run && WEEKDAYS.indexOf(run.last) === WEEKDAYS.indexOf(weekday) - 1;
    if (follows && run.before === was && run.after === is) run.last = weekday;
    else runs.push({ first: weekday, last: weekday, before: was, after: is });
  }
  return runs;
}
