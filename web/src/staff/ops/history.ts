// The figures of the last hours, as the edge keeps them for a day: what the charts and the cards show of them.
import { usePolled } from "./use-polled.ts";

export type State = "healthy" | "drained" | "unhealthy";
type Column<T = number> = readonly (T | null)[];

/** A value for each step; null: nobody observed it. */
export interface RegionColumns {
  requests: Column;
  failed: Column;
  answers: Column;
  hits: Column;
  /** Milliseconds. */
  p50: Column;
  p95: Column;
  p99: Column;
  state: Column<State>;
  /** Seconds that the slowest write took to arrive. */
  lag: Column;
  repairs: Column;
  orders: Column;
}

export interface HistoryEvent {
  /** Seconds of the epoch. */
  at: number;
  kind: string;
  [detail: string]: unknown;
}

export interface History {
  /** Seconds of the epoch. */
  now: number;
  minutes: number;
  step_seconds: number;
  /** When each step begins, seconds of the epoch. */
  at: readonly number[];
  /** How much of each step was observed. */
  seconds: readonly number[];
  regions: Readonly<Record<string, RegionColumns>>;
  events: readonly HistoryEvent[];
}

/** Minutes that can be looked at. */
export const SPANS = [15, 60, 360, 1440] as const;
export type Span = (typeof SPANS)[number];
export const FIRST_SPAN: Span = 60;

const EVERY_MS = 10_000;

export const useHistory = (span: Span | undefined): History | undefined =>
  usePolled<History>(span && `/_edge/history?minutes=${span}`, EVERY_MS);

/** A line of a chart: what its name says, a value for each step. */
export interface Series {
  name: string;
  values: Column;
}

/** Requests to each region a second, or answers to clients from it, those of the cache included. */
export const ratesOfSteps = (
  { regions, seconds }: History,
  column: "requests" | "answers",
): Series[] =>
  Object.entries(regions).map(([name, columns]) => ({
    name,
    values: columns[column].map((count, at) => {
      const observed = seconds[at] ?? 0;
      return count === null || observed <= 0 ? null : count / observed;
    }),
  }));

/** One column of each region. */
export const columnsOf = (
  { regions }: History,
  column: "p50" | "p95" | "p99" | "failed",
): Series[] =>
  Object.entries(regions).map(([name, columns]) => ({ name, values: columns[column] }));

/** What a region did in all of the span; undefined: nothing of it is known. */
export function totalsOf(columns: RegionColumns | undefined) {
  if (!columns) return undefined;
  const answers = sum(columns.answers) ?? 0;
  return {
    requests: sum(columns.requests),
    failed: sum(columns.failed),
    hitShare: answers > 0 ? (sum(columns.hits) ?? 0) / answers : undefined,
    slowest: most(columns.p99),
    longestLag: most(columns.lag),
    repairs: sum(columns.repairs),
    orders: sum(columns.orders),
  };
}

const known = (column: Column): number[] => column.filter((value) => value !== null);

const sum = (column: Column): number | undefined => {
  const values = known(column);
  return values.length > 0 ? values.reduce((all, one) => all + one, 0) : undefined;
};

export const most = (column: Column): number | undefined => {
  const values = known(column);
  return values.length > 0 ? Math.max(...values) : undefined;
};

/** The last value that is known; undefined: none is. */
export const latest = <T>(column: Column<T> | undefined): T | undefined =>
  column?.findLast((value) => value !== null) ?? undefined;

/** The last step of which something was observed. */
export const latestStep = ({ seconds }: History): number =>
  Math.max(
    0,
    seconds.findLastIndex((observed) => observed > 0),
  );

export interface FaultSpan {
  id: string;
  fault: string;
  region: string | null;
  from: number;
  /** Undefined: it is still active. */
  until: number | undefined;
}

/** When injected faults began and ended, seconds of the epoch; what began before the first event, from that one on. */
export function faultSpans(events: readonly HistoryEvent[], begin: number): FaultSpan[] {
  const spans = new Map<string, FaultSpan>();
  for (const { at, kind, what, fault, region, id } of events) {
    if (kind !== "fault") continue;
    const span = spans.get(String(id)) ?? {
      id: String(id),
      fault: String(fault),
      region: typeof region === "string" ? region : null,
      from: what === "injected" ? at : begin,
      until: undefined,
    };
    if (what !== "injected") span.until = at;
    spans.set(span.id, span);
  }
  return [...spans.values()];
}
