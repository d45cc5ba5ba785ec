// @vitest-environment happy-dom
// Operations of a deployed site: figures and alarms of CloudWatch, regions that did not answer, and none at all.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteOperation } from "../clients/carte.ts";
import type { Staff } from "../src/staff/account/staff.ts";
import { type CloudRegion, cloudHistory, latestRate } from "../src/staff/ops/cloud.ts";
import { OpsPage } from "../src/staff/ops/ops-page.tsx";
import { openPage } from "./support/page.ts";

type Step = CloudRegion["steps"][number];

let page: ReturnType<typeof openPage>;
let sent: unknown[];
let edge: string[];
let answer: () => unknown;
let staff: Staff;

const NONE: Omit<Step, "at"> = {
  seconds: 60,
  requests: null,
  errors: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  replicationLagMs: null,
  repairs: null,
  orderSteps: null,
};
/** Steps of a minute each. */
const steps = (...given: Partial<Step>[]): Step[] =>
  given.map((one, minute) => ({ at: `2026-05-04T09:5${minute}:00Z`, ...NONE, ...one }));
const region = (name: string, more: Partial<CloudRegion> = {}): CloudRegion => ({
  region: name,
  reachable: true,
  problem: null,
  alarms: [],
  steps: steps({}, {}, {}),
  ...more,
});
const IRELAND = region("eu-west-1", {
  steps: steps(
    { requests: 600, errors: 3, p50Ms: 8, p95Ms: 40, p99Ms: 912.4, repairs: 2, orderSteps: 5 },
    { requests: 1200, errors: 0, p50Ms: 7, p95Ms: 41, p99Ms: 90, replicationLagMs: 812 },
    {},
  ),
});
const operations = (...regions: CloudRegion[]) => ({
  operations: { available: true, stepSeconds: 60, regions },
});
const text = (selector: string) => page.all(selector).map(({ textContent }) => textContent);
const settle = async (ms = 0) => {
  for (let round = 0; round < 5; round++) {
    await act(() => vi.advanceTimersByTimeAsync(ms / 5 + 20).then(() => undefined));
  }
};
const open = async () => {
  page.show(<OpsPage staff={staff} />);
  await settle();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  vi.setSystemTime(new Date("2026-05-04T09:53:30Z"));
  page = openPage();
  sent = [];
  edge = [];
  // What a deployed edge answers is the page of the site.
  vi.stubGlobal("fetch", async (address: string) => {
    edge.push(address);
    return new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
  });
  answer = () => operations(IRELAND, region("us-east-1"));
  const send = async ({ operationName = "", variables = {} }: CarteOperation) => {
    sent.push([operationName, variables]);
    const body = answer() as { errors?: unknown };
    return {
      status: 200,
      headers: new Headers(),
      body: body.errors ? body : { data: body },
      variables,
    };
  };
  staff = { id: "ada", roles: ["chain:operator"], send, settings: {} } as unknown as Staff;
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("shows cards and charts of what CloudWatch has, and asks each minute", async () => {
  await open();
  expect(sent).toEqual([["Operations", { minutes: 60 }]]);
  expect(text("[data-testid=region] h2")).toEqual(["eu-west-1 no alarm", "us-east-1 no alarm"]);
  const [now, since] = page
    .all("[data-region=eu-west-1] dl")
    .map((list) => [...list.querySelectorAll("dd")].map(({ textContent }) => textContent));
  const [ms, s] = ["\u00a0ms", "\u00a0s"];
  expect(now).toEqual(["20\u00a0/s", `7${ms}`, `41${ms}`, `90${ms}`, `0.8${s}`]);
  expect(since).toEqual(["1,800", "3", `912${ms}`, `0.8${s}`, "2", "5"]);
  expect(text("[data-region=us-east-1] dd").every((value) => value === "–")).toBe(true);
  expect(page.all("[data-testid=chart]")).toHaveLength(3);
  // The last step is not counted yet: the one before it is shown.
  expect(text(".ops-legend b").slice(0, 2)).toEqual(["20\u00a0/s", "–"]);
  expect(text("[data-testid=alarms] p")).toEqual(["None."]);
  // What belongs to a local edge is not there.
  expect(page.all("[data-testid=drain]")).toEqual([]);
  expect(page.all("[data-testid=map]")).toEqual([]);
  expect(page.root.textContent).not.toContain("injected");
  await settle(61_000);
  expect(sent).toHaveLength(2);
  // An edge that is not there gets no request every two seconds.
  expect(edge.filter((address) => address === "/_edge/status").length).toBeLessThanOrEqual(2);
});

it("asks for another time as it is chosen", async () => {
  await open();
  page.press("[data-testid=span-1440]");
  await settle();
  expect(sent.at(-1)).toEqual(["Operations", { minutes: 1440 }]);
  expect(text("[data-region=eu-west-1] h3")[1]).toContain("24 hours");
});

it("names alarms that ring, the latest first, and regions that did not answer", async () => {
  const alarm = (name: string, since: string) => ({ name, since, reason: "Threshold Crossed" });
  answer = () =>
    operations(
      region("eu-west-1", {
        alarms: [
          alarm("carte-menu-slow", "2026-05-03T22:00:00Z"),
          alarm("carte-menu-errors", "2026-05-04T08:00:00Z"),
        ],
      }),
      region("us-east-1", { reachable: false, problem: "AccessDenied" }),
    );
  await open();
  expect(text("[data-testid=unreachable]")).toEqual([
    "CloudWatch in us-east-1 did not answer: the alarms and figures of this region are missing. (AccessDenied)",
  ]);
  const alarms = text("[data-testid=alarm]");
  expect(alarms[0]).toMatch(/^eu-west-1: carte-menu-errors, since .*2026.*Threshold Crossed$/);
  expect(alarms[1]).toContain("carte-menu-slow");
  expect(text("[data-testid=region] h2")).toEqual(["eu-west-1 alarms: 2", "us-east-1 no answer"]);
  expect(page.one("[data-region=us-east-1]").dataset.state).toBe("drained");
});

it("names the dashboard where there is no CloudWatch to ask", async () => {
  answer = () => ({ operations: { available: false, stepSeconds: 60, regions: [] } });
  await open();
  expect(page.one("[data-testid=ops]").textContent).toContain("dashboard “carte”");
  expect(page.all("[data-testid=region]")).toEqual([]);
});

it("keeps the figures, and says how old they are, while none are answered", async () => {
  await open();
  answer = () => ({ errors: [{ message: "no", extensions: { code: "INTERNAL" } }] });
  await settle(61_000);
  expect(text("[role=status]")[0]).toMatch(/^No new figures just now; those of .* stand here\.$/);
  expect(page.all("[data-testid=region]")).toHaveLength(2);
});

it("says why there is nothing to show", async () => {
  answer = () => ({ errors: [{ message: "no", extensions: { code: "FORBIDDEN" } }] });
  await open();
  expect(page.all("[data-testid=forbidden]")).toHaveLength(1);
});

it("counts a step of which no region has a figure as one that nobody observed", () => {
  const { regions } = operations(IRELAND, region("us-east-1")).operations;
  const figures = { available: true, stepSeconds: 60, regions };
  const history = cloudHistory({ span: 15, figures });
  expect(history.seconds).toEqual([60, 60, 0]);
  expect(history.at[1]).toBe(Date.parse("2026-05-04T09:51:00Z") / 1000);
  expect(history.regions["eu-west-1"]?.lag).toEqual([null, 0.812, null]);
  expect(latestRate(region("a"))).toBeUndefined();
  expect(latestRate(region("a", { steps: steps({ requests: 30, seconds: 30 }) }))).toBe(1);
});
