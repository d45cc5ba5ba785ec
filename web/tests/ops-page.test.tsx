// @vitest-environment happy-dom
// Operations: the cards, the map, the charts with their table and the keyboard, and drills, from what an edge answers.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Staff } from "../src/staff/account/staff.ts";
import { Charts } from "../src/staff/ops/charts.tsx";
import { DrillList } from "../src/staff/ops/drill-list.tsx";
import type { DrillRun } from "../src/staff/ops/drills.ts";
import type { EdgeRegion } from "../src/staff/ops/edge-status.ts";
import type { History } from "../src/staff/ops/history.ts";
import { OpsPage } from "../src/staff/ops/ops-page.tsx";
import { RegionCard } from "../src/staff/ops/region-card.tsx";
import { isLast } from "../src/staff/ops/region-state.ts";
import { en } from "../src/staff/ops/texts/en.ts";
import { WorldMap } from "../src/staff/ops/world-map.tsx";
import { columns } from "./support/ops.ts";
import { openPage } from "./support/page.ts";

// What an edge answers needs no sign-in.
const NOBODY = {} as Staff;

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
});

const region = (more: Partial<EdgeRegion> = {}): EdgeRegion => ({
  healthy: true,
  drained: false,
  drain_flag: false,
  since: "",
  recent_checks: [{ passed: true, ms: 12 }],
  requests: 1,
  in_flight: 0,
  coordinates: [39, -77.5],
  ...more,
});

const text = (selector: string) => page.all(selector).map(({ textContent }) => textContent);

const HISTORY: History = {
  now: 1030,
  minutes: 15,
  step_seconds: 10,
  at: [1000, 1010, 1020],
  seconds: [10, 10, 10],
  regions: {
    a: columns({
      requests: [10, 50, 20],
      failed: [0, 4, 0],
      answers: [20, 100, 40],
      hits: [10, 50, 20],
      p50: [5, 6, 7],
      p95: [50, 60, 70],
      p99: [80, 950, 90],
      lag: [0.1, 2.5, 0.2],
      repairs: [3, null, null],
    }),
  },
  events: [{ at: 1012, kind: "fault", id: "f", what: "injected", fault: "freeze", region: "a" }],
};

it("has the figures of now and of the chosen time, each on one line with its unit", () => {
  page.show(
    <RegionCard
      name="a"
      region={region()}
      isLast={false}
      rate={1.5}
      columns={HISTORY.regions.a}
      span="15 minutes"
      texts={en}
    />,
  );
  const [now, since] = page
    .all("dl")
    .map((list) => [...list.querySelectorAll("dd")].map(({ textContent }) => textContent));
  const [ms, s] = ["\u00a0ms", "\u00a0s"];
  expect(now).toEqual([
    "1.5\u00a0/s",
    "0",
    `7${ms}`,
    `70${ms}`,
    `90${ms}`,
    `0.2${s}`,
    `12${ms}`,
    `12${ms}`,
  ]);
  expect(since).toEqual(["80", "4", "50%", `950${ms}`, `2.5${s}`, "3", "–"]);
  expect(page.root.textContent?.toLowerCase()).not.toContain("fault");
});

it("names the state of each region on the map, and where the clients of another one are sent", () => {
  const regions = {
    "us-east-1": region(),
    "eu-west-1": region({ healthy: false, coordinates: [53, -6] }),
    "ap-southeast-1": region({ drained: true, coordinates: [1.3, 103.8] }),
  };
  const places = {
    "us-east-1": { origins: ["us-east-1"] },
    "eu-west-1": { origins: ["us-east-1", "ap-southeast-1"] },
  };
  page.show(<WorldMap regions={regions} places={places} rates={{ "us-east-1": 3 }} texts={en} />);
  expect(text("[data-testid=map-region]")).toEqual([
    "Aus-east-1 healthy 3\u00a0/s",
    "Beu-west-1 not healthy –",
    "Cap-southeast-1 drained –",
  ]);
  expect(text("[data-testid=moved]")).toEqual(["Clients near eu-west-1 are sent to us-east-1"]);
});

it("says before the last region that takes requests is drained that it is the last", async () => {
  const card = (isLast: boolean) =>
    page.show(
      <RegionCard
        {...{ name: "us-east-1", region: region(), rate: 1, columns: undefined, isLast }}
        span="1 hour"
        texts={en}
      />,
    );
  card(false);
  await page.press("[data-testid=drain]");
  expect(text("[role=alert]")[0]).toBe("Send no more requests to us-east-1?");
  card(true);
  expect(text("[role=alert]")[0]).toBe(
    "No other region is healthy and takes requests. Drain us-east-1 all the same?",
  );
});

it("knows whether another region takes requests", () => {
  const others = { b: region({ healthy: false }), c: region({ drain_flag: true }) };
  expect(isLast("a", { a: region(), ...others })).toBe(true);
  expect(isLast("a", { a: region(), ...others, d: region() })).toBe(false);
});

const charts = () => {
  const spans: number[] = [];
  page.show(<Charts history={HISTORY} span={15} onSpan={(span) => spans.push(span)} texts={en} />);
  return spans;
};

it("says a chart in words, and the values of the moment that the slider has", async () => {
  charts();
  const said = () => page.all("[data-testid=chart] [role=img]").map((one) => one.ariaLabel);
  const label = (at: number) =>
    page.all("[data-testid=chart] [role=img]")[at]?.getAttribute("aria-label");
  expect(said()).toHaveLength(3);
  expect(label(0)).toBe("Requests a second. a: 2\u00a0/s, at most 5\u00a0/s");
  expect(page.all(".ops-fault-band")).toHaveLength(3);
  await page.write("[data-testid=moment]", "1");
  expect(label(1)).toBe("Answer time, 99%. a: 950\u00a0ms, at most 950\u00a0ms");
  expect(text(".ops-legend b")).toEqual(["5\u00a0/s", "950\u00a0ms", "4"]);
  const slider = page.one("[data-testid=moment]");
  expect(slider.getAttribute("aria-valuetext")).toBe(text("output")[0]);
});

it("has all figures as a table once it is opened, and other times to choose", async () => {
  const spans = charts();
  expect(page.all("table")).toHaveLength(0);
  const details = page.one("[data-testid=figures]") as HTMLDetailsElement;
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  await page.shown("table");
  expect(page.all("tbody tr")).toHaveLength(3);
  expect(text("tbody tr:first-child td")).toEqual(["2\u00a0/s", "90\u00a0ms", "0"]);
  expect(text(".stock-filter")).toEqual(["15 minutes", "1 hour", "6 hours", "24 hours"]);
  page.press("[data-testid=span-1440]");
  expect(spans).toEqual([1440]);
});

const RUN: DrillRun = {
  run: "20261130T101500Z-sudden-loss",
  drill: "sudden-loss",
  title: "Sudden loss of a region",
  verdict: "fail",
  began: 1000,
  ended: 1020,
  lost_regions: ["a"],
  unmet: [{ figure: "failed_gets", measured: 2, limit: 0, at_least: false }],
  failures: [{ times: 2, route: "get", error: "timeout", region: "a" }],
  marks: [
    { at: 1000, what: "step", kind: "without", region: "", text: "" },
    { at: 1005, what: "fault", kind: "freeze", region: "a", text: "" },
    { at: 1012.5, what: "heal", kind: "freeze", region: "a", text: "" },
  ],
};

it("shows when a drill's fault began and ended, what failed, and the verdict", () => {
  page.show(<DrillList runs={[RUN, { ...RUN, run: "b", verdict: null }]} texts={en} />);
  expect(text("[data-testid=drill] h3 .ops-state")).toEqual(["not passed", "no report"]);
  const first = page.one("[data-testid=drill]").textContent;
  expect(first).toContain("failed_gets 2 (≤ 0)");
  expect(first).toContain("2 × get timeout a");
  expect(text("[data-testid=drill]:first-child ol li")).toEqual([
    "-5\u00a0s step without",
    "0\u00a0s fault freeze a",
    "+7.5\u00a0s heal freeze a",
  ]);
  const band = page.one(".ops-lane .ops-fault-band");
  expect(band.getAttribute("x")).toBe("150");
  expect(band.getAttribute("width")).toBe("225");
});

it("says how a drill is run where there was none", () => {
  page.show(<DrillList runs={[]} texts={en} />);
  expect(page.one("code").textContent).toBe("carte drill run sudden-loss");
});

it("is the whole page from what the edge answers, also where it keeps no history", async () => {
  const status = {
    now: "2030-01-01T00:00:00Z",
    regions: { a: region() },
    places: { a: { origins: ["a"] } },
    switches: {},
    cache: { entries: 1, ratio: 0.5 },
    faults: [],
    events: [{ seq: 1, at: "2030-01-01T00:00:00Z", kind: "start" }],
  };
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return address === "/_edge/status"
      ? Response.json(status)
      : new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
  });
  page.show(<OpsPage staff={NOBODY} />);
  await page.shown("[data-testid=region]");
  await vi.waitFor(() => expect(asked).toContain("/_edge/history?minutes=60"));
  expect(asked).toContain("/_edge/drills");
  expect(page.all("[data-testid=chart]")).toHaveLength(0);
  expect(text(".ops-events b")).toEqual(["start"]);
});
