// Formatters are made once, and follow the device.
import { afterEach, expect, it } from "vitest";
import { dateFormat } from "../src/formatting/formats.ts";

const zone = process.env.TZ;
afterEach(() => {
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
