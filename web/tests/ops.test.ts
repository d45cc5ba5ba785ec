// Operations: rates between two readings, percentiles, and what is shown of a day's figures, events and drills.
import { expect, it } from "vitest";
import { settlementOf } from "../src/staff/office/settling.ts";
import { alarmsOf } from "../src/staff/ops/alarms.tsx";
import { type DrillRun, drillFaults, sinceFault } from "../src/staff/ops/drills.ts";
import { type EdgeRegion, percentile, ratesOf } from "../src/staff/ops/edge-status.ts";
import { detailsOf, eventsOf } from "../src/staff/ops/events.ts";
import {
  faultSpans,
  type History,
  latest,
  latestStep,
  ratesOfSteps,
  totalsOf,
} from "../src/staff/ops/history.ts";
import { landPath, onMap } from "../src/staff/ops/land.ts";
import { niceTop, pathOf } from "../src/staff/ops/line-chart.tsx";
import { en } from "../src/staff/ops/texts/en.ts";
import { columns } from "./support/ops.ts";

const region = (requests: number): EdgeRegion => ({
  healthy: true,
  drained: false,
  drain_flag: false,
  since: "",
  recent_checks: [],
  last_check: null,
  failures: {},
  requests,
  in_flight: 0,
  coordinates: [0, 0],
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

const history = (more: Partial<History>): History => ({
  now: 1000,
  minutes: 15,
  step_seconds: 10,
  at: [970, 980, 990, 1000],
  seconds: [10, 10, 5, 0],
  regions: {},
  events: [],
  ...more,
});

it("has a rate by the seconds that were observed, and none where nobody observed", () => {
  const regions = { a: columns({ requests: [20, null, 20, null] }) };
  expect(ratesOfSteps(history({ regions }), "requests")[0]?.values).toEqual([2, null, 4, null]);
  expect(latestStep(history({}))).toBe(2);
  expect(latestStep(history({ seconds: [0, 0, 0, 0] }))).toBe(0);
});

it("adds up what a region did, and says of nothing that it is not known", () => {
  const totals = totalsOf(
    columns({
      requests: [20, null, 30],
      failed: [0, null, 2],
      answers: [40, null, 40],
      hits: [20, null, 40],
      p99: [12, null, 40],
      repairs: [null, null, null],
    }),
  );
  expect(totals).toMatchObject({ requests: 50, failed: 2, hitShare: 0.75, slowest: 40 });
  expect(totals?.repairs).toBeUndefined();
  expect(totalsOf(columns({ answers: [0] }))?.hitShare).toBeUndefined();
  expect(totalsOf(undefined)).toBeUndefined();
  expect(latest([1, null, 3, null])).toBe(3);
  expect(latest([null])).toBeUndefined();
});

it("has a fault from its beginning to its end, one that is active, and one from before", () => {
  const fault = (at: number, id: string, what: string) => ({
    at,
    kind: "fault",
    id,
    what,
    fault: "freeze",
    region: "a",
  });
  const events = [
    fault(960, "old", "healed"),
    fault(970, "done", "injected"),
    { at: 975, kind: "drain", region: "a" },
    fault(980, "done", "expired"),
    fault(990, "active", "injected"),
  ];
  expect(faultSpans(events, 900).map(({ id, from, until }) => [id, from, until])).toEqual([
    ["old", 900, 960],
    ["done", 970, 980],
    ["active", 990, undefined],
  ]);
});

it("lists each event once, those that are kept beside the newest", () => {
  const newest = [{ seq: 7, at: "2030-01-01T00:00:03Z", kind: "drain", region: "a" }];
  const second = Date.parse("2030-01-01T00:00:00Z") / 1000;
  const kept = [
    { seq: 6, at: second, kind: "start" },
    { at: second + 2, kind: "fault", id: "f", what: "injected", fault: "freeze", region: null },
    { seq: 7, at: second + 3, kind: "drain", region: "a" },
  ];
  const found = eventsOf(newest, kept, 10);
  expect(found.map(({ kind }) => kind)).toEqual(["drain", "fault", "start"]);
  expect(eventsOf(newest, undefined, 10)).toHaveLength(1);
  expect(eventsOf(newest, kept, 2)).toHaveLength(2);
  expect(found.map(detailsOf)).toEqual(["region=a", "what=injected fault=freeze", ""]);
});

it("writes the details of an event as words", () => {
  const event = { seq: 1, at: 0, kind: "purge", tags: ["a", "b"], purged: 2 };
  expect(detailsOf(event)).toBe("tags=a,b purged=2");
});

it("draws a line with gaps where nothing is known, and a dash for a step alone", () => {
  const drawn = pathOf(
    [1, 2, null, 3, null],
    (step) => step * 10,
    (value) => value,
  );
  expect(drawn).toBe("M0 1L10 2M30 3h1.5");
  expect([0, 1, 1.2, 7, 11, 480].map(niceTop)).toEqual([1, 1, 2, 10, 20, 500]);
});

it("has each fault of a drill to its end, and times from the first one", () => {
  const mark = (at: number, what: string, kind = "freeze", place = "a") => ({
    at,
    what,
    kind,
    region: place,
    text: "",
  });
  const run: Pick<DrillRun, "marks"> = {
    marks: [
      mark(1, "step", "without", ""),
      mark(5, "fault"),
      mark(6, "fault", "freeze", "b"),
      mark(7, "edge", "unhealthy"),
      mark(9, "heal"),
      mark(20, "step", "caught-up", ""),
    ],
  };
  expect(drillFaults(run).map(({ at, until }) => [at, until])).toEqual([
    [5, 9],
    [6, 20],
  ]);
  expect(sinceFault(run, 7)).toBe(2);
  expect(sinceFault({ marks: [] }, 7)).toBe(0);
});

it("has places on the map where the land is", () => {
  const land = landPath();
  // Singapore is too small for a dot; Nairobi, Denver and Berlin lie in a cell of land, the Pacific does not.
  const cell = (latitude: number, longitude: number) => {
    const { x, y } = onMap(latitude, longitude);
    return `M${Math.floor(x / 3) * 3 + 1.5} ${Math.floor(y / 3) * 3 + 1.5}h0`;
  };
  for (const [latitude, longitude] of [
    [-1.3, 36.8],
    [39.7, -105],
    [52.5, 13.4],
  ] as const)
    expect(land).toContain(cell(latitude, longitude));
  expect(land).not.toContain(cell(0, -150));
});

it("has an alarm for an unhealthy region, a protection that is off, and where no region is usable", () => {
  const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "UTC" });
  const at = "2030-01-01T10:00:00Z";
  const off = { on: false, until: at };
  const ill = { ...region(0), healthy: false, since: at };
  const away = { ...region(0), drained: true, drain_flag: true };
  const some = { regions: { a: region(0), b: ill, c: away }, switches: { cache: off } };
  expect(alarmsOf(some, en, clock)).toEqual([
    "b has not been healthy since 10:00:00.",
    "The protection cache is off until 10:00:00.",
  ]);
  const none = { regions: { b: { ...ill, since: "" }, c: away }, switches: {} };
  expect(alarmsOf(none, en, clock)).toEqual([en.noRegion, "b has not been healthy since –."]);
  const well = {
    regions: { a: region(0), c: away },
    switches: { cache: { on: true, until: null } },
  };
  expect(alarmsOf(well, en, clock)).toEqual([]);
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
