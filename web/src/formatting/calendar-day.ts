// Calendar days such as `2026-11-28`: which one it is in a time zone, those that follow it, what they are called.
import { dateFormat } from "./formats.ts";

/** The calendar day that it is in a time zone. */
export const dayOf = (when: Date, timeZone: string): string =>
  dateFormat("en-CA", { timeZone }).format(when);

/** The day that is `days` later; negative: earlier. Counted in UTC, where every day has 24 hours. */
export function dayAfter(day: string, days: number): string {
  const date = startOf(day);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The day that it is in a time zone, and those that follow it: `count` in all. */
export function daysFrom(now: Date, timeZone: string, count: number): string[] {
  const today = dayOf(now, timeZone);
  return Array.from({ length: count }, (_, at) => dayAfter(today, at));
}

/** The weekday and date, such as "Saturday, March 27". */
export const describeDay = (day: string, locale: string): string =>
  dateFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(startOf(day));

const startOf = (day: string): Date => new Date(`${day}T00:00:00Z`);
