// Days of a store's calendar follow each other, also where the clock changes.
import { expect, it } from "vitest";
import { dayAfter, daysFrom, describeDay } from "../src/formatting/calendar-day.ts";

const ZONE = "Europe/Berlin";
const fourFrom = (moment: string): string[] => daysFrom(new Date(moment), ZONE, 4);

it("skips no day where a day has 23 hours", () => {
  // Saturday, 23:30; the clock goes forward in the night.
  expect(fourFrom("2027-03-27T23:30:00+01:00")).toEqual([
    "2027-03-27",
    "2027-03-28",
    "2027-03-29",
    "2027-03-30",
  ]);
});

it("has no day twice where a day has 25 hours", () => {
  // Sunday, 00:10; the clock goes back at three.
  expect(fourFrom("2026-10-25T00:10:00+02:00")).toEqual([
    "2026-10-25",
    "2026-10-26",
    "2026-10-27",
    "2026-10-28",
  ]);
});

it("counts over the end of a year, and backwards", () => {
  expect(dayAfter("2027-12-31", 1)).toBe("2028-01-01");
  expect(dayAfter("2028-03-01", -1)).toBe("2028-02-29");
});

it("names the day itself, wherever the reader is", () => {
  expect(describeDay("2027-03-28", "en")).toBe("Sunday, March 28");
  expect(describeDay("2027-03-28", "de")).toBe("Sonntag, 28. März");
});
