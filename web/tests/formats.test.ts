// Formatters are made once, and follow the device.
import { afterEach, expect, it, vi } from "vitest";
import { dateFormat } from "../src/formatting/formats.ts";

const zone = process.env.TZ;
afterEach(() => {
  vi.useRealTimers();
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const at = new Date("2026-12-01T12:00:00Z");
const clock = (timeZone?: string) =>
  dateFormat("en", { hour: "2-digit", hour12: false, timeZone }).format(at);

it("is made once for the same options", () => {
  const options = { dateStyle: "medium" } as const;
  expect(dateFormat("en", options)).toBe(dateFormat("en", { ...options }));
});

it("has the device's time after it came into another time zone, and a store's in that of the store", () => {
  process.env.TZ = "Europe/Berlin";
  expect([clock(), clock("Asia/Tokyo")]).toEqual(["13", "21"]);
  process.env.TZ = "America/New_York";
  expect([clock(), clock("Asia/Tokyo")]).toEqual(["07", "21"]);
});

it("has the device's time where the other zone has another summer", () => {
  const hour = (when: string) =>
    dateFormat("en", { hour: "2-digit", hour12: false }).format(new Date(when));
  const [january, july] = ["2026-01-01T12:00:00Z", "2026-07-01T12:00:00Z"] as const;
  vi.useFakeTimers({ now: new Date(january), toFake: ["Date"] });
  process.env.TZ = "Europe/Berlin";
  expect([hour(january), hour(july)]).toEqual(["13", "14"]);
  process.env.TZ = "Africa/Lagos";
  expect([hour(january), hour(july)]).toEqual(["13", "13"]);
  vi.setSystemTime(new Date(july));
  process.env.TZ = "Africa/Johannesburg";
  expect([hour(january), hour(july)]).toEqual(["14", "14"]);
  process.env.TZ = "Europe/Berlin";
  expect([hour(january), hour(july)]).toEqual(["13", "14"]);
});
