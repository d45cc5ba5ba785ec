// Calendar days such as `2026-11-28`: which one it is in a time zone, those that follow it, what they are called.
import { dateFormat } from "./formats.ts";

/**
 * The calendar day that it is in a time zone; without one, in that of the device.
 *
 * Put together of its parts: how a language writes a day depends on the browser's tables. Those of 2022 to 2024, which
 * some browsers still have, write it 11/28/2026 in Canada.
 */
export function dayOf(when: Date, timeZone?: string): string {
  const options = { year: "numeric", month: "2-digit", day: "2-digit", timeZone } as const;
  const parts = dateFormat("en", options).formatToParts(when);
  return PARTS.map((part) => parts.find(({ type }) => type === part)?.value).join("-");
}

const PARTS = ["year", "month", "day"];

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
