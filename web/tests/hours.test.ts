// Opening states and hours are shown in the store's own time, however far the reader is.
import { describe, expect, it } from "vitest";
import {
  describeClosing,
  describeMoment,
  formatClock,
  formatWeekday,
  isAllDay,
  openingState,
  weekdayAt,
  weekOf,
} from "../src/formatting/hours.ts";

const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");

describe("openingState", () => {
  const now = new Date("2026-11-20T18:00:00Z");

  it("is open until it closes", () => {
    const facts = { openNow: true, closesAt: "2026-11-20T22:00:00+01:00" };
    const until = new Date("2026-11-20T21:00:00Z");
    expect(openingState(facts, now)).toEqual({ state: { kind: "open", until }, stale: false });
  });

  it("is closing in the last three quarters of an hour", () => {
    const facts = { openNow: true, closesAt: "2026-11-20T19:40:00+01:00" };
    expect(openingState(facts, now).state.kind).toBe("closing");
  });

  it("is closed, and out of date, once the closing time has passed", () => {
    const facts = { openNow: true, closesAt: "2026-11-20T17:59:59Z" };
    const state = { kind: "closed", opens: undefined };
    expect(openingState(facts, now)).toEqual({ state, stale: true });
  });

  it("is open, and out of date, once the opening time has passed", () => {
    const facts = { openNow: false, opensAt: "2026-11-20T18:00:00Z" };
    expect(openingState(facts, now)).toEqual({
      state: { kind: "open", until: undefined },
      stale: true,
    });
  });

  it("never closes without a closing time", () =>
    expect(openingState({ openNow: true, closesAt: null }, now)).toEqual({
      state: { kind: "open", until: undefined },
      stale: false,
    }));

  it("stays closed without an opening time", () =>
    expect(openingState({ openNow: false, opensAt: null }, now)).toEqual({
      state: { kind: "closed", opens: undefined },
      stale: false,
    }));
});

describe("describeMoment", () => {
  const at = (when: string, now: string, zone: string, locale: string): string =>
    plain(describeMoment(new Date(when), new Date(now), zone, locale));

  it("gives only the time on the same day", () =>
    expect(at("2026-11-20T17:00:00Z", "2026-11-20T09:00:00Z", "Europe/Paris", "fr")).toBe("18:00"));

  it("judges the day in the store's zone, not in the reader's", () => {
    // 23:30 UTC on the 20th is the morning of the 21st in Tokyo.
    const [when, now] = ["2026-11-20T23:30:00Z", "2026-11-20T15:10:00Z"];
    expect(at(when, now, "Asia/Tokyo", "en")).toBe("8:30 AM");
    expect(at(when, now, "Europe/London", "en-GB")).toBe("23:30");
    expect(at(when, "2026-11-20T14:50:00Z", "Asia/Tokyo", "en")).toBe("tomorrow 8:30 AM");
  });

  it("names the weekday further on", () =>
    expect(at("2026-11-23T06:00:00Z", "2026-11-20T15:00:00Z", "Europe/Berlin", "de")).toBe(
      "Montag 07:00",
    ));

  it.each([
    { days: 6, when: "2026-11-26T06:00:00Z", text: "Thursday 7:00 AM" },
    { days: 7, when: "2026-11-27T06:00:00Z", text: "November 27 at 7:00 AM" },
    { days: 49, when: "2027-01-08T06:00:00Z", text: "January 8, 2027 at 7:00 AM" },
    { days: -1, when: "2026-11-19T06:00:00Z", text: "November 19 at 7:00 AM" },
  ])("names a day $days days from now without doubt", ({ when, text }) =>
    expect(at(when, "2026-11-20T15:00:00Z", "Europe/Berlin", "en")).toBe(text),
  );
});

it("a closing in the coming night needs no day", () => {
  const now = new Date("2026-11-20T21:00:00Z");
  const closes = new Date("2026-11-21T01:00:00Z");
  expect(plain(describeClosing(closes, now, "Europe/London", "en-GB"))).toBe("01:00");
});

it("knows the weekday in the store's zone", () => {
  const now = new Date("2026-11-20T20:00:00Z");
  expect(weekdayAt(now, "America/New_York")).toBe("FRIDAY");
  expect(weekdayAt(now, "Asia/Singapore")).toBe("SATURDAY");
});

it("lists seven days from Monday with their spans in order", () => {
  const week = weekOf([
    { weekday: "SATURDAY", opens: "14:00", closes: "02:00" },
    { weekday: "SATURDAY", opens: "08:00", closes: "12:00" },
  ]);
  expect(week).toHaveLength(7);
  expect(week[0]).toEqual({ weekday: "MONDAY", spans: [] });
  expect(week[5]?.spans.map(({ opens }) => opens)).toEqual(["08:00", "14:00"]);
});

it("tells all day from a span that ends at midnight", () => {
  expect(isAllDay({ opens: "00:00", closes: "24:00" })).toBe(true);
  expect(isAllDay({ opens: "07:00", closes: "24:00" })).toBe(false);
});

it("writes clock times and weekdays in a language", () => {
  expect(plain(formatClock("07:05", "en-US"))).toBe("7:05 AM");
  expect(formatClock("22:00", "de")).toBe("22:00");
  expect(formatClock("24:00", "de")).toBe("00:00");
  expect(formatWeekday("MONDAY", "fr")).toBe("lundi");
  expect(formatWeekday("SUNDAY", "ja")).toBe("日曜日");
});
