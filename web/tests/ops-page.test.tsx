// @vitest-environment happy-dom
// Operations: cards, map, charts with their table and the keyboard, drills, faults, the cache, requests and where clients
// are sent, from what an edge answers.
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import type { Staff } from "../src/staff/account/staff.ts";
import { CachePart } from "../src/staff/ops/cache-part.tsx";
import { Charts } from "../src/staff/ops/charts.tsx";
import { DrillList } from "../src/staff/ops/drill-list.tsx";
import type { DrillRun } from "../src/staff/ops/drills.ts";
import type { EdgeFault, EdgeRegion, EdgeStatus } from "../src/staff/ops/edge-status.ts";
import { FaultList } from "../src/staff/ops/fault-list.tsx";
import type { History } from "../src/staff/ops/history.ts";
import { OpsPage } from "../src/staff/ops/ops-page.tsx";
import { PlaceList } from "../src/staff/ops/place-list.tsx";
import { RegionCard } from "../src/staff/ops/region-card.tsx";
import { isLast } from "../src/staff/ops/region-state.ts";
import { RequestList } from "../src/staff/ops/request-list.tsx";
import { en } from "../src/staff/ops/texts/en.ts";
import { WorldMap } from "../src/staff/ops/world-map.tsx";
import { columns } from "./support/ops.ts";
import { pageOfEachTest } from "./support/page.ts";

// What an edge answers needs no sign-in.
const NOBODY = {} as Staff;

const page = pageOfEachTest();

const SINCE = "2030-01-01T00:00:00Z";
const region = (more: Partial<EdgeRegion> = {}): EdgeRegion => ({
  healthy: true,
  drained: false,
  drain_flag: false,
  since: SINCE,
  recent_checks: [{ passed: true, ms: 12 }],
  requests: 1,
  in_flight: 0,
  failures: {},
  last_check: { passed: true, reason: "status 200", ms: 12 },
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
    `status 200, 12${ms}`,
    new Intl.DateTimeFormat("en", { timeStyle: "medium" }).format(new Date(SINCE)),
    "0",
  ]);
  expect(since).toEqual(["80", "4", "50%", `950${ms}`, `2.5${s}`, "3", "–"]);
  expect(page.root.textContent?.toLowerCase()).not.toContain("fault");
});

it("says why the last check failed, what had no answer, and that a drain is on its way", () => {
  const failing = region({
    last_check: { passed: false, reason: "no answer in time", ms: 400 },
    failures: { timeout: 2, connect: 1 },
    drain_flag: true,
  });
  page.show(
    <RegionCard
      {...{ name: "a", region: failing, isLast: true, rate: 0, columns: undefined, span: "" }}
      texts={en}
    />,
  );
  const facts = text("dd");
  expect(facts).toContain("no answer in time");
  expect(facts).toContain("2 timeout, 1 connect");
  expect(page.one("h2").textContent).toContain("on its way");
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
  const labels = () => page.all("[data-testid=chart] [role=img]").map((one) => one.ariaLabel);
  const label = (at: number) =>
    page.all("[data-testid=chart] [role=img]")[at]?.getAttribute("aria-label");
  expect(labels()).toHaveLength(4);
  expect(label(0)).toBe("Requests a second. a: 2\u00a0/s, at most 5\u00a0/s");
  expect(page.all(".ops-fault-band")).toHaveLength(4);
  await page.write("[data-testid=moment]", "1");
  expect(label(1)).toBe("Answers to clients a second. a: 10\u00a0/s, at most 10\u00a0/s");
  expect(label(2)).toBe("Answer time, 99%. a: 950\u00a0ms, at most 950\u00a0ms");
  expect(text(".ops-legend b")).toEqual(["5\u00a0/s", "10\u00a0/s", "950\u00a0ms", "4"]);
  const slider = page.one("[data-testid=moment]");
  expect(slider.getAttribute("aria-valuetext")).toBe(text(".ops-moment .ops-number")[0]);
});

it("has all figures as a table once it is opened, and other times to choose", async () => {
  const spans = charts();
  expect(page.all("table")).toHaveLength(0);
  const details = page.one("[data-testid=figures]") as HTMLDetailsElement;
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  await page.shown("table");
  expect(page.all("tbody tr")).toHaveLength(3);
  expect(text("tbody tr:first-child td")).toEqual(["2\u00a0/s", "4\u00a0/s", "90\u00a0ms", "0"]);
  expect(text(".stock-filter")).toEqual(["15 minutes", "1 hour", "6 hours", "24 hours"]);
  page.press("[data-testid=span-1440]");
  expect(spans).toEqual([1440]);
});

const RUN: DrillRun = {
  run: "20261130T101500Z-sudden-loss",
  drill: "sudden-loss",
  title: "Sudden loss of a region",
  verdict: "fail",
  running: false,
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
  const killed = { ...RUN, run: "b", verdict: null };
  const runs = [RUN, killed, { ...killed, run: "c", running: true }];
  page.show(<DrillList runs={runs} cliOptions="" texts={en} />);
  expect(text("[data-testid=drill] h3 .ops-state")).toEqual([
    "not passed",
    "ended without a report",
    "running",
  ]);
  expect(text("[data-testid=latest-news]")).toHaveLength(2);
  expect(text("[data-testid=latest-news]")[0]).toContain("latest news");
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
  page.show(<DrillList runs={[]} cliOptions="" texts={en} />);
  expect(page.one("code").textContent).toBe("carte drill run sudden-loss");
  page.show(<DrillList runs={[]} cliOptions="--port 9300" texts={en} />);
  expect(page.one("code").textContent).toBe("carte drill run sudden-loss --port 9300");
  page.show(<FaultList faults={[]} region="eu-west-1" cliOptions="--port 9300" texts={en} />);
  expect(page.one("code").textContent).toBe(
    "carte fault inject freeze --region eu-west-1 --seconds 60 --port 9300",
  );
});

const STATUS: EdgeStatus = {
  now: SINCE,
  cli_options: "",
  time_scale: 10,
  bounds: { detect_seconds: 4, shift_seconds: 10 },
  behaviors: [
    { path: "/graphql", methods: ["GET", "POST"], target: "latency-record", cache: "none" },
  ],
  regions: { a: region() },
  places: { a: { origins: ["a"], why: "nearest", resolver_keeps_seconds: 0, answers: { a: 3 } } },
  switches: {},
  cache: {
    entries: 1,
    bytes: 2500,
    most_bytes: 67_000_000,
    answers: { hit: 3 },
    ratio: 0.5,
    evicted: 0,
    purged: 2,
  },
  faults: [],
  events: [{ seq: 1, at: SINCE, kind: "start" }],
};

/** Have an edge answer these paths; the rest is the page of the site, as a deployed one answers. */
function edge(answers: Record<string, (content: unknown) => unknown>) {
  const requests: { path: string; content: unknown }[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => {
    const content = init.body ? JSON.parse(String(init.body)) : undefined;
    requests.push({ path, content });
    const answer = answers[path]?.(content);
    if (answer instanceof Response) return answer;
    return answer === undefined
      ? new Response("<!doctype html>", { headers: { "content-type": "text/html" } })
      : Response.json(answer);
  });
  return requests;
}

it("is the whole page from what the edge answers, also where it keeps no history", async () => {
  const requests = edge({ "/_edge/status": () => STATUS });
  const paths = () => requests.map(({ path }) => path);
  page.show(<OpsPage staff={NOBODY} />);
  await page.shown("[data-testid=region]");
  await vi.waitFor(() => expect(paths()).toContain("/_edge/history?minutes=60"));
  expect(paths()).toContain("/_edge/drills");
  expect(paths()).toContain("/_edge/requests?region=&status=");
  expect(page.all("[data-testid=chart]")).toHaveLength(0);
  expect(text(".ops-events b")).toEqual(["start"]);
  expect(page.one("[data-testid=edge]").textContent).toContain("10 times as fast as on AWS");
  expect(text("[data-testid=rule]")).toEqual(["/graphqlGET POST · latency-recordcache: none"]);
  expect(page.all("a[href='/_edge/']")).toHaveLength(0);
});

it("says that nobody knows the roles where that is so", async () => {
  edge({ "/_edge/status": () => STATUS });
  page.show(<OpsPage staff={{ ...NOBODY, rolesUnknown: true }} />);
  await page.shown("[data-testid=region]");
  expect(page.root.textContent).toContain(en.rolesUnknown);
});

it("says where clients are sent and why, and from where they were answered", () => {
  const places = {
    a: { origins: ["b", "c"], why: "health", resolver_keeps_seconds: 3.2, answers: { b: 3, c: 1 } },
    b: { origins: ["b"], why: "of a later version", resolver_keeps_seconds: 0, answers: {} },
  };
  page.show(<PlaceList places={places} regions={["a", "b", "c"]} texts={en} />);
  expect(text("[data-testid=place] p")).toEqual([
    "Near a: b: the nearest region is not healthy. Then c.",
    "answers so far: b 3, c 1 · resolvers keep this for 4 sec",
    "Near b: b: of a later version. There is no other to try.",
    "no answers yet",
  ]);
});

const FREEZE: EdgeFault = {
  id: "freeze-1",
  kind: "freeze",
  region: "a",
  until: SINCE,
  parameters: { disk: "kept" },
};

it("ends a fault, then all, and says what is not back and why nothing happened", async () => {
  let healed: unknown = { healed: ["freeze-1"], unhealed: [] };
  const requests = edge({ "/_edge/heal": () => healed });
  const other = { ...FREEZE, id: "slow-2", kind: "slow", region: null };
  const show = (...faults: EdgeFault[]) =>
    page.show(<FaultList faults={faults} region="b" cliOptions="" texts={en} />);
  show(FREEZE, other);
  expect(page.one("[data-testid=fault]").textContent).toContain("freeze a disk=kept until");
  page.one("[data-testid=end-fault]").focus();
  await page.press("[data-testid=end-fault]");
  await vi.waitFor(() => expect(page.one("[role=status]").textContent).toBe("Ended."));
  expect(requests).toEqual([{ path: "/_edge/heal", content: { id: "freeze-1" } }]);
  // The list without it goes on with what comes in its place.
  show(other);
  await Promise.resolve();
  expect(document.activeElement?.textContent).toContain("slow");
  show(other, { ...other, id: "slow-3" });
  healed = { healed: ["slow-2"], unhealed: ["gate:a"] };
  await page.press("[data-testid=end-all]");
  await vi.waitFor(() =>
    expect(page.one("[role=status]").textContent).toBe("Ended; not back yet: gate:a"),
  );
  expect(requests.at(-1)?.content).toEqual({ all: true });
  healed = Response.json({ errors: [{ message: "does not answer" }] }, { status: 503 });
  await page.press("[data-testid=end-all]");
  await vi.waitFor(() =>
    expect(page.one("[role=alert]").textContent).toBe(`${en.failed} (does not answer)`),
  );
});

it("says that there is no such store or market, also where answers said so", async () => {
  let purged = 0;
  edge({ "/_edge/purge": () => ({ purged, unknown: ["x"] }) });
  page.show(<CachePart cache={STATUS.cache} texts={en} />);
  const purge = async (what: string, id: string) => {
    await page.press(`[data-testid=purge-${what}]`);
    await page.write("[data-testid=purge-id]", id);
    await page.press("[data-testid=purge]");
    await page.press("[data-testid=purge-yes]");
  };
  const notes = () => text("[data-testid=purge-note] p");
  await purge("store", "us-99999");
  await vi.waitFor(() => expect(notes()).toEqual(["", "There is no store us-99999."]));
  purged = 2;
  await purge("market", "xx");
  await vi.waitFor(() => expect(notes()).toEqual(["", "There is no market xx. Answers purged: 2"]));
});

it("purges a store's answers after a second press, and nothing without its id", async () => {
  const requests = edge({ "/_edge/purge": () => ({ purged: 7 }) });
  page.show(<CachePart cache={STATUS.cache} texts={en} />);
  expect(page.one(".ops-big").textContent).toBe("50%");
  expect(text("dd")).toEqual(["3", "0", "0", "0", "0", "1 answers, 2.5 kB of 67 MB", "0", "2"]);
  await page.press("[data-testid=purge-store]");
  await page.press("[data-testid=purge]");
  expect(page.all("[data-testid=purge-yes]")).toHaveLength(0);
  await page.write("[data-testid=purge-id]", " us-00001 ");
  await page.press("[data-testid=purge]");
  expect(text("[role=alert]")[0]).toContain("store:us-00001");
  expect(requests).toEqual([]);
  await page.press("[data-testid=purge-yes]");
  await vi.waitFor(() => expect(page.one("[role=status]").textContent).toContain("7"));
  expect(requests).toEqual([{ path: "/_edge/purge", content: { tags: ["store:us-00001"] } }]);
  await page.press("[data-testid=purge-all]");
  expect(page.one("[role=status]").textContent).toBe("");
  await page.press("[data-testid=purge]");
  await page.press("[data-testid=purge-yes]");
  await vi.waitFor(() => expect(requests.at(-1)?.content).toEqual({ all: true }));
});

it("holds the requests while they are read, and shows what other filters choose", async () => {
  vi.useFakeTimers();
  let count = 0;
  const request = (name: string) => ({
    at: SINCE,
    request: `GET /graphql/persisted/${name}`,
    status: 504,
    ms: 2.25,
    edge: "region=a; why=failover; cache=pass; attempts=2",
  });
  edge({
    "/_edge/requests?region=&status=": () => ({ requests: [request(`0123456789${++count}`)] }),
    "/_edge/requests?region=none&status=5xx": () => ({ requests: [] }),
  });
  page.show(<RequestList regions={["a"]} texts={en} />);
  const wait = (ms: number) =>
    act(async () => {
      await vi.advanceTimersByTimeAsync(ms);
    });
  const lines = () => text("[data-testid=request] .ops-path");
  try {
    await wait(10);
    expect(lines()).toEqual([
      "GET /graphql/persisted/01234567…",
      "a · failover · pass · attempts 2",
    ]);
    expect(page.one("[data-testid=held]").textContent).toBe(en.goesOn);
    const read = page.one("[data-testid=request] time").parentElement;
    await page.press("[data-testid=hold]");
    expect(page.one("[data-testid=held]").textContent).toBe(en.held);
    const before = count;
    await wait(5000);
    expect(count).toBeGreaterThan(before);
    expect(page.one("[data-testid=request]")).toBe(read);
    for (const [field, value] of [
      ["request-region", "none"],
      ["request-status", "5xx"],
    ]) {
      await act(() => {
        const select = page.one(`[data-testid=${field}]`) as HTMLSelectElement;
        select.value = String(value);
        select.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
    await wait(10);
    expect(page.all("[data-testid=request]")).toHaveLength(0);
    expect(page.root.textContent).toContain(en.noRequests);
  } finally {
    vi.useRealTimers();
  }
});

it("does not read the latest moment of the charts out as it moves on", () => {
  page.show(<Charts history={HISTORY} span={15} onSpan={() => undefined} texts={en} />);
  expect(page.all("output, [aria-live]")).toEqual([]);
});
