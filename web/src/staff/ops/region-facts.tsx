// The figures of a region, as lists of facts: what the cards of a local cloud and of a deployed one share.
import { latest, type RegionColumns, totalsOf } from "./history.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

export type Fact = readonly [label: string, value: string];

export function Facts({ title, facts }: { title: string; facts: readonly Fact[] }) {
  return (
    <>
      <h3 class="ops-small">{title}</h3>
      <dl class="office-facts">
        {facts.map(([label, value]) => (
          <div key={label} class="ops-fact">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Write a figure with its unit, which stay on one line. */
export const writeFigure = (code: string, value: number | undefined, unit: string, digits = 0) =>
  value === undefined
    ? "–"
    : `${value.toLocaleString(code, { maximumFractionDigits: digits })}\u00a0${unit}`.trim();

/** The latest figures; `rate` is requests a second. */
export const figuresOfNow = (
  columns: RegionColumns | undefined,
  rate: number | undefined,
  texts: OpsTexts,
  code: string,
): Fact[] => [
  [texts.rate, writeFigure(code, rate, "/s", 1)],
  [texts.time50, writeFigure(code, latest(columns?.p50), "ms")],
  [texts.time95, writeFigure(code, latest(columns?.p95), "ms")],
  [texts.time99, writeFigure(code, latest(columns?.p99), "ms")],
  [texts.lag, writeFigure(code, latest(columns?.lag), "s", 1)],
];

/** What the region did in the chosen time. */
export const figuresOfSpan = (
  columns: RegionColumns | undefined,
  texts: OpsTexts,
  code: string,
): Fact[] => {
  const totals = totalsOf(columns);
  return [
    [texts.requests, writeFigure(code, totals?.requests, "")],
    [texts.wrong, writeFigure(code, totals?.failed, "")],
    [texts.slowest99, writeFigure(code, totals?.slowest, "ms")],
    [texts.longestLag, writeFigure(code, totals?.longestLag, "s", 1)],
    [texts.repairs, writeFigure(code, totals?.repairs, "")],
    [texts.orders, writeFigure(code, totals?.orders, "")],
  ];
};
