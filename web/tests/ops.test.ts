// Operations: rates between two readings, percentiles, and what counts as a fault.
import { expect, it } from "vitest";
import { settlementOf } from "../src/staff/office/settling.ts";
import { type EdgeRegion, failedOf, percentile, ratesOf } from "../src/staff/ops/edge-status.ts";
import { detailsOf } from "../src/staff/ops/ops-page.tsx";

const region = (requests: number, more: Partial<EdgeRegion> = {}): EdgeRegion => ({
  healthy: true,
  drained: false,
  drain_flag: false,
  since: "",
  recent_checks: [],
  requests,
  in_flight: 0,
  statuses: {},
  failures: {},
  ...more,
});

it("has requests a second between two readings, and none after the edge started anew", () => {
  const before = { now: "2030-01-01T00:00:00Z", regions: { a: region(10), b: region(50) } };
  const after = {
    now: "2030-01-01T00:00:04Z",
    regions: { a: region(30), b: region(2), c: region(9) },
  };
  expect(ratesOf(before, after)).toEqual({ a: 5, c: 0 });
  expect(ratesOf(undefined, after)).toEqual({});
  expect(ratesOf(after, after)).toEqual({});
});

it("takes the value below which a part lies", () => {
  const values = [5, 1, 4, 2, 3, 6, 7, 8, 9, 10];
  expect(percentile(values, 0.5)).toBe(5);
  expect(percentile(values, 0.95)).toBe(10);
  expect(percentile([], 0.5)).toBeUndefined();
});

it("counts answers from 500 on and requests without an answer as failed", () => {
  const counts = { statuses: { 200: 90, 404: 5, 503: 3 }, failures: { timeout: 2 } };
  expect(failedOf(region(100, counts))).toBe(5);
});

it("writes the details of an event as words", () => {
  const event = { seq: 1, at: "", kind: "purge", tags: ["a", "b"], purged: 2 };
  expect(detailsOf(event)).toBe("tags=a,b purged=2");
});

it("settles a conflict of what a store sells, and no other", () => {
  const edit = { value: "", author: "", region: "", at: "", stamp: "", operationId: "" };
  const conflict = (document: string, entry: string) => ({
    document,
    entry,
    standing: edit,
    lost: edit,
  });
  const price = conflict("STORE#us-00001/ASSORTMENT", "glazed-ring/price");
  expect(settlementOf(price, "350")).toEqual({
    storeId: "us-00001",
    line: { itemId: "glazed-ring", priceMinor: 350 },
  });
  expect(settlementOf(price, "3.50")).toBeUndefined();
  const listed = conflict("STORE#us-00001/ASSORTMENT", "glazed-ring/listed");
  expect(settlementOf(listed, "False")?.line).toEqual({ itemId: "glazed-ring", listed: false });
  expect(settlementOf(listed, "maybe")).toBeUndefined();
  expect(settlementOf(conflict("STORE#us-00001/PROFILE", "name"), "1")).toBeUndefined();
});
