// @vitest-environment happy-dom
// The card of a region: figures stay with their units, and failed requests are not called faults.
import { afterEach, beforeEach, expect, it } from "vitest";
import { RegionCard } from "../src/staff/ops/region-card.tsx";
import { en } from "../src/staff/ops/texts/en.ts";
import { openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
});
afterEach(() => page.close());

it("keeps each figure and its unit on one line, and names what failed unlike injected faults", () => {
  const region = {
    healthy: true,
    drained: false,
    drain_flag: false,
    since: "",
    recent_checks: [{ passed: true, ms: 12 }],
    requests: 1,
    in_flight: 0,
    statuses: { 503: 2 },
    failures: {},
  };
  page.show(<RegionCard name="a" region={region} rate={1.5} lag={2} texts={en} />);
  const facts = page.all("dd").map(({ textContent }) => textContent);
  expect(facts).toEqual(["1.5\u00a0/s", "1", "0", "2", "12\u00a0ms", "12\u00a0ms", "2\u00a0s"]);
  expect(page.root.textContent?.toLowerCase()).not.toContain("fault");
});
