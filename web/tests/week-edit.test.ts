// A week of opening hours as it is edited: what is sent, what is wrong, what changes for guests.

import { expect, it } from "vitest";
import { MOST_CLOSED_DAYS } from "../src/generated/limits.ts";
import { daysBetween } from "../src/staff/hours/closing-days.ts";
import {
  changesOf,
  copied,
  type Day,
  endsNextDay,
  hoursOf,
  isNeverOpen,
  problemOf,
  runsOf,
  type Week,
  weekFrom,
  withKind,
} from "../src/staff/hours/week-edit.ts";

const HOURS = [
  { weekday: "MONDAY", opens: "08:00", closes: "12:00" },
  { weekday: "MONDAY", opens: "14:00", closes: "24:00" },
  { weekday: "TUESDAY", opens: "00:00", closes: "24:00" },
  { weekday: "FRIDAY", opens: "18:00", closes: "02:00" },
] as const;
const week = weekFrom([...HOURS]);
const WORDS = { closed: "Closed", allDay: "Open 24 hours" };
const open = (...spans: [string, string][]): Day => ({
  kind: "open",
  spans: spans.map(([opens, closes]) => ({ opens, closes })),
});

it("reads a week and sends it as it was", () => {
  expect(week.map(({ kind }) => kind)).toEqual([
    ...["open", "allDay", "closed", "closed", "open"],
    ...["closed", "closed"],
  ]);
  // Fields of time have no 24:00.
  expect(week[0]?.spans[1]).toEqual({ opens: "14:00", closes: "00:00" });
  expect(hoursOf(week)).toEqual(HOURS);
});

it("sends the times of a day in their order, and those of a closed day not at all", () => {
  const typed: Week = [open(["14:00", "18:00"], ["08:00", "12:00"]), ...week.slice(1)];
  expect(
    hoursOf(typed)
      .slice(0, 2)
      .map(({ opens }) => opens),
  ).toEqual(["08:00", "14:00"]);
  const closed = withKind(typed, 0, "closed");
  expect(hoursOf(closed).some(({ weekday }) => weekday === "MONDAY")).toBe(false);
  // They are there again when it opens.
  expect(withKind(closed, 0, "open")[0]).toEqual(typed[0]);
});

it("opens a day with the times of the day before, else with usual ones", () => {
  expect(withKind(week, 2, "open")[2]?.spans).toEqual(week[0]?.spans);
  const never = weekFrom([]);
  expect(isNeverOpen(never)).toBe(true);
  expect(withKind(never, 3, "open")[3]).toEqual(open(["08:00", "20:00"]));
});

it.each([
  [open(["08:00", "12:00"], ["12:00", "18:00"]), undefined],
  [open(["18:00", "02:00"]), undefined],
  [open(["18:00", "00:00"], ["00:00", "02:00"]), undefined],
  [open(["08:00", ""]), "missing"],
  [open(), "missing"],
  [open(["08:00", "08:00"]), "empty"],
  [open(["00:00", "00:00"]), undefined],
  [open(["08:00", "12:00"], ["11:59", "18:00"]), "overlap"],
  [open(["20:00", "21:00"], ["18:00", "02:00"]), "overlap"],
  [{ kind: "closed", spans: [{ opens: "", closes: "" }] } satisfies Day, undefined],
])("says what is wrong with %j: %s", (day, problem) => {
  expect(problemOf(day)).toBe(problem);
});

it("tells a night from a day that ends at midnight", () => {
  expect(endsNextDay({ opens: "18:00", closes: "02:00" })).toBe(true);
  expect(endsNextDay({ opens: "18:00", closes: "00:00" })).toBe(false);
  expect(endsNextDay({ opens: "18:00", closes: "" })).toBe(false);
});

it("names the days that change for guests, and no others", () => {
  const next = copied(withKind(week, 4, "allDay"), 0, new Set([2, 3]));
  expect(changesOf(week, next).map(({ weekday }) => weekday)).toEqual([
    ...["WEDNESDAY", "THURSDAY", "FRIDAY"],
  ]);
  // Wednesday and Thursday change alike.
  expect(runsOf(changesOf(week, next), WORDS, "en-GB")).toEqual([
    {
      first: "WEDNESDAY",
      last: "THURSDAY",
      before: "Closed",
      after: "08:00 – 12:00, 14:00 – 00:00",
    },
    { first: "FRIDAY", last: "FRIDAY", before: "18:00 – 02:00", after: "Open 24 hours" },
  ]);
  // From midnight to midnight is all day, however it was typed.
  const typed: Week = [week[0] as Day, open(["00:00", "00:00"]), ...week.slice(2)];
  expect(changesOf(week, typed)).toEqual([]);
});

it("shows times that are not typed yet as missing, behind the others", () => {
  const typed: Week = [open(["", ""], ["08:00", "12:00"], ["14:00", ""]), ...week.slice(1)];
  expect(runsOf(changesOf(week, typed), WORDS, "en-GB")[0]?.after).toBe(
    "08:00 – 12:00, 14:00 – …, … – …",
  );
});

it("closes days from the first to the last, within what the service takes", () => {
  const today = "2026-12-30";
  expect(daysBetween("2026-12-31", "2027-01-02", today)).toEqual([
    ...["2026-12-31", "2027-01-01", "2027-01-02"],
  ]);
  expect(daysBetween(today, today, today)).toEqual([today]);
  expect(daysBetween("2027-01-01", "2027-04-10", today)).toHaveLength(MOST_CLOSED_DAYS);
  expect(daysBetween("2027-01-01", "2027-04-11", today)).toBeUndefined();
  expect(daysBetween("2026-12-29", today, today)).toBeUndefined();
  expect(daysBetween("2027-01-02", "2027-01-01", today)).toBeUndefined();
  expect(daysBetween("", "", today)).toBeUndefined();
  expect(daysBetween("2027-12-25", "2027-12-25", today)).toEqual(["2027-12-25"]);
  expect(daysBetween("2027-12-26", "2027-12-26", today)).toBeUndefined();
});
