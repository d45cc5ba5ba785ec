// The state of the local cloud's edge, read again and again; a deployed chain has its figures in CloudWatch.
import { useEffect, useState } from "preact/hooks";

export interface EdgeRegion {
  healthy: boolean;
  drained: boolean;
  drain_flag: boolean;
  /** ISO 8601: since when it is healthy, or not. */
  since: string;
  /** Null: none was made yet. */
  last_check: { passed: boolean; reason: string; ms: number } | null;
  recent_checks: readonly { passed: boolean; ms: number }[];
  requests: number;
  in_flight: number;
  /** Requests without a complete answer since the edge started, by kind. */
  failures: Readonly<Record<string, number>>;
  /** Latitude and longitude, WGS 84 degrees. */
  coordinates: readonly [number, number];
}

/** Where clients next to a region are sent. */
export interface EdgePlace {
  /** The first is tried first. */
  origins: readonly string[];
  why: string;
  /** How long resolvers keep the answer that leads there; 0: they ask anew. */
  resolver_keeps_seconds: number;
  /** Answers to clients since the edge started, by the region that they came from. */
  answers: Readonly<Record<string, number>>;
}

export interface EdgeCache {
  entries: number;
  bytes: number;
  most_bytes: number;
  /** Since the edge started, by how the cache came by them. */
  answers: Readonly<Record<string, number>>;
  /** Of these, the share for which no request went to a region; null: there were none. */
  ratio: number | null;
  evicted: number;
  purged: number;
}

export interface EdgeFault {
  id: string;
  kind: string;
  /** Null: it is about all regions. */
  region: string | null;
  /** When it ends by itself, ISO 8601. */
  until: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** A rule by path: what CloudFront calls a behavior. */
export interface EdgeBehavior {
  path: string;
  methods: readonly string[];
  target: string;
  cache:
    | string
    | {
        name: string;
        min_ttl: number;
        default_ttl: number;
        max_ttl: number;
        error_ttl: number;
        query_strings: readonly string[];
      };
}

export interface EdgeStatus {
  now: string;
  /** By which `carte` finds this cloud, such as `--port 9300`; empty where it needs none. */
  cli_options: string;
  /** How many times as fast as on AWS health checks, DNS answers and drains work. */
  time_scale: number;
  bounds: { detect_seconds: number; shift_seconds: number };
  behaviors: readonly EdgeBehavior[];
  regions: Readonly<Record<string, EdgeRegion>>;
  places: Readonly<Record<string, EdgePlace>>;
  /** Protections; until when one is off, ISO 8601. */
  switches: Readonly<Record<string, { on: boolean; until: string | null }>>;
  cache: EdgeCache;
  /** Null: the fault controller does not answer. */
  faults: readonly EdgeFault[] | null;
  events: readonly EdgeEvent[];
}

export interface EdgeEvent {
  seq: number;
  at: string;
  kind: string;
  [detail: string]: unknown;
}

export interface Watched {
  status: EdgeStatus | undefined;
  /** Requests a second of each region since the reading before. */
  rates: Readonly<Record<string, number>>;
  /** `none`: there is no such edge here; `lost`: it does not answer just now. */
  trouble: "none" | "lost" | undefined;
  readAt: number;
}

const ADDRESS = "/_edge/status";
const POLL_MS = 2000;
/** Where there is no such edge, a local one may still be starting. */
const ELSEWHERE_MS = 60_000;
const TIMEOUT_MS = 5000;

export function useEdgeStatus(): Watched {
  const [watched, setWatched] = useState<Watched>({
    status: undefined,
    rates: {},
    trouble: undefined,
    readAt: 0,
  });
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pause = POLL_MS;
    const read = async () => {
      const answer = await fetch(ADDRESS, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      // A deployed edge answers with the page of the site.
      if (!answer.headers.get("content-type")?.startsWith("application/json")) return undefined;
      return answer.ok ? ((await answer.json()) as EdgeStatus) : undefined;
    };
    const again = () => {
      read()
        .then((status) => {
          if (!wanted) return;
          pause = status ? POLL_MS : ELSEWHERE_MS;
          setWatched((before) =>
            status
              ? {
                  status,
                  rates: ratesOf(before.status, status),
                  trouble: undefined,
                  readAt: Date.now(),
                }
              : { ...before, trouble: before.status ? "lost" : "none" },
          );
        })
        .catch(() => wanted && setWatched((before) => ({ ...before, trouble: "lost" })))
        .finally(() => {
          if (wanted) timer = setTimeout(again, pause);
        });
    };
    again();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, []);
  return watched;
}

/** Requests a second between two readings; empty where there was none before, or the edge started anew. */
export function ratesOf(
  before: Pick<EdgeStatus, "now" | "regions"> | undefined,
  after: Pick<EdgeStatus, "now" | "regions">,
): Record<string, number> {
  const seconds = before ? (Date.parse(after.now) - Date.parse(before.now)) / 1000 : 0;
  if (!before || seconds <= 0) return {};
  return Object.fromEntries(
    Object.entries(after.regions).flatMap(([name, { requests }]) => {
      const more = requests - (before.regions[name]?.requests ?? requests);
      return more < 0 ? [] : [[name, more / seconds]];
    }),
  );
}

/** The value below which a part of the values lie, such as 0.95; undefined where there are none. */
export function percentile(values: readonly number[], part: number): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}
