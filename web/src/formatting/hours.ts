// Opening state and hours of a store, in words, always in the store's own time zone.

import type { Weekday } from "../generated/operations.ts";
import { dayOf } from "./calendar-day.ts";
import { dateFormat } from "./formats.ts";

export const WEEKDAYS = [
  "MONDAY",
  "TUESDAY",
  "WEDNESDAY",
  "THURSDAY",
  "FRIDAY",
  "SATURDAY",
  "SUNDAY",
] as const satisfies readonly Weekday[];

export interface OpeningFacts {
  openNow: boolean;
  /** ISO 8601 with offset. */
  opensAt?: string | null;
  closesAt?: string | null;
}

export type OpeningState =
  | { kind: "open"; until: Date | undefined }
  | { kind: "closing"; until: Date }
  | { kind: "closed"; opens: Date | undefined };

const CLOSING_SOON_MS = 45 * 60_000;

/**
 * The opening state at `now`, computed from an earlier answer of the API.
 *
 * `stale` means that an opening or closing has passed since: query again for the next one.
 */
export function openingState(
  facts: OpeningFacts,
  now: Date,
): { state: OpeningState; stale: boolean } {
  const next = dateOf(facts.openNow ? facts.closesAt : facts.opensAt);
  const passed = next !== undefined && next <= now;
  if (facts.openNow === passed) {
    return { state: { kind: "closed", opens: passed ? undefined : next }, stale: passed };
  }
  if (passed || !next) return { state: { kind: "open", until: undefined }, stale: passed };
  const soon = next.getTime() - now.getTime() <= CLOSING_SOON_MS;
  return { state: { kind: soon ? "closing" : "open", until: next }, stale: false };
}

function dateOf(text: string | null | undefined): Date | undefined {
  const date = new Date(text ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * "9:00 PM" today, "tomorrow 7:00 AM", "Monday 7:00 AM" within six days, and from a week on, where a weekday
 * would mean an earlier day, "December 25 at 7:00 AM"; with the year where that is another one.
 *
 * @param beside a moment that stands beside it: where that is on another day, "today 9:00 PM"
 */
export function describeMoment(
  when: Date,
  now: Date,
  timeZone: string,
  locale: string,
  beside = now,
): string {
  const time = dateFormat(locale, { timeStyle: "short", timeZone }).format(when);
  const days = dayNumber(when, timeZone) - dayNumber(now, timeZone);
  if (days === 0 && dayNumber(beside, timeZone) === dayNumber(now, timeZone)) return time;
  if (days < 0 || days >= WEEKDAYS.length) return describeDate(when, now, timeZone, locale);
  const day =
    days < 2
      ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")
      : dateFormat(locale, { weekday: "long", timeZone }).format(when);
  return `${day} ${time}`;
}

function describeDate(when: Date, now: Date, timeZone: string, locale: string): string {
  const year = (moment: Date) => dateFormat("en", { year: "numeric", timeZone }).format(moment);
  return dateFormat(locale, {
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZone,
    ...(year(when) === year(now) ? {} : { year: "numeric" }),
  }).format(when);
}

/** A closing time; one in the coming night needs no "tomorrow". */
export function describeClosing(when: Date, now: Date, timeZone: string, locale: string): string {
  const soon = when.getTime() - now.getTime() < 86_400_000;
  return describeMoment(when, soon ? when : now, timeZone, locale);
}

/** Days since 1970 of the calendar day that it is in a time zone. */
function dayNumber(when: Date, timeZone: string): number {
  return Date.parse(`${dayOf(when, timeZone)}T00:00:00Z`) / 86_400_000;
}

/** The weekday that it is in a time zone. */
export function weekdayAt(now: Date, timeZone: string): Weekday {
  const name = dateFormat("en", { weekday: "long", timeZone }).format(now);
  return name.toUpperCase() as Weekday;
}

export interface DayHours {
  weekday: Weekday;
  spans: { opens: string; closes: string }[];
}

/** One row a day from Monday; a day without hours has no spans. */
export const weekOf = (hours: readonly (DayHours["spans"][0] & { weekday: Weekday })[]) =>
  WEEKDAYS.map(
    (weekday): DayHours => ({
      weekday,
      spans: hours
        .filter((one) => one.weekday === weekday)
        .sort((a, b) => a.opens.localeCompare(b.opens)),
    }),
  );

export const isAllDay = ({ opens, closes }: DayHours["spans"][0]): boolean =>
  opens === "00:00" && (closes === "24:00" || closes === "00:00");

/** "07:00" as a language writes a time of day; "24:00" is midnight. */
export function formatClock(clock: string, locale: string): string {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const moment = Date.UTC(2000, 0, 3, hours, minutes);
  return dateFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(moment);
}

/** The name of a weekday; 3 January 2000 was a Monday. */
export function formatWeekday(weekday: Weekday, locale: string): string {
  const moment = Date.UTC(2000, 0, 3 + WEEKDAYS.indexOf(weekday));
  return dateFormat(locale, { weekday: "long", timeZone: "UTC" }).format(moment);
}

/** A day of a calendar ("2026-12-25") with its weekday and without the year: "Friday, December 25". */
export const formatDay = (day: string, locale: string): string =>
  dateFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
