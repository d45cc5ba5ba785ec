// Days of a store's calendar follow each other, also where the clock changes.
import { afterEach, expect, it, vi } from "vitest";
import { dayAfter, dayOf, daysFrom, describeDay } from "../src/formatting/calendar-day.ts";
import { describeMoment } from "../src/formatting/hours.ts";

const ZONE = "Europe/Berlin";
afterEach(() => {
  vi.unstubAllGlobals();
});

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

it("knows the day where the browser writes days of Canada as those of the United States", () => {
  // The tables of CLDR 42 and 43, in some WebKits, and in Chrome and Firefox of 2023.
  class Tables2023 extends Intl.DateTimeFormat {
    constructor(locale?: string, options?: Intl.DateTimeFormatOptions) {
      super(locale === "en-CA" ? "en-US" : locale, options);
    }
  }
  vi.stubGlobal("Intl", { ...allOf(Intl), DateTimeFormat: Tables2023 });
  // A zone that no other test has: formatters are made once.
  const zone = "America/Halifax";
  const now = new Date("2026-12-01T03:30:00Z");
  expect(new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(now)).toBe("11/30/2026");
  expect(dayOf(now, zone)).toBe("2026-11-30");
  expect(daysFrom(now, zone, 2)).toEqual(["2026-11-30", "2026-12-01"]);
  const tomorrow = new Date("2026-12-01T12:00:00Z");
  expect(describeMoment(tomorrow, now, zone, "en")).toMatch(/^tomorrow/);
});

/** With what is not enumerable, as all that `Intl` has. */
const allOf = (given: object): object =>
  Object.fromEntries(
    Object.getOwnPropertyNames(given).map((name) => [name, given[name as keyof typeof given]]),
  );
