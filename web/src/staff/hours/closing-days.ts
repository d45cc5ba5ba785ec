// Which days can be closed: the rule of the API (services/domain/closing.py), for what a form takes.

import { dayAfter } from "../../formatting/calendar-day.ts";
import { MOST_CLOSED_AHEAD, MOST_CLOSED_DAYS } from "../../generated/limits.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The days from one to another, both included; undefined where these cannot be closed at once. */
export function daysBetween(first: string, last: string, today: string): string[] | undefined {
  if (!DAY.test(first) || !DAY.test(last)) return undefined;
  if (first < today || last < first || last > dayAfter(today, MOST_CLOSED_AHEAD)) return undefined;
  const days: string[] = [];
  for (let day = first; day <= last; day = dayAfter(day, 1)) {
    if (days.length === MOST_CLOSED_DAYS) return undefined;
    days.push(day);
  }
  return days;
}
