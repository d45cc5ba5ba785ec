// The latest runs of drills, as `carte drill` left them in the cloud's state folder.
import { usePolled } from "./use-polled.ts";

export interface Mark {
  /** Seconds of the epoch. */
  at: number;
  what: "fault" | "heal" | "edge" | "step" | string;
  kind: string;
  region: string;
  text: string;
}

export interface DrillRun {
  run: string;
  drill: string;
  title: string;
  /** `pass` or `fail`; null: there is no report, because the drill runs or was ended. */
  verdict: string | null;
  /** Whether its process is there. */
  running: boolean;
  began: number | null;
  ended: number | null;
  lost_regions: readonly string[];
  unmet: readonly {
    figure: string;
    measured: number | null;
    limit: number | null;
    at_least: boolean;
  }[];
  failures: readonly { times: number | null; route: string; error: string; region: string }[];
  marks: readonly Mark[];
}

const EVERY_MS = 15_000;

export const useDrills = (wanted: boolean): readonly DrillRun[] | undefined =>
  usePolled<{ runs: readonly DrillRun[] }>(wanted ? "/_edge/drills" : undefined, EVERY_MS)?.runs;

/** When each fault of a run began and ended, seconds of the epoch; without an end it lasts to the last mark. */
export function drillFaults({ marks }: Pick<DrillRun, "marks">) {
  const last = marks.at(-1)?.at ?? 0;
  return marks
    .filter(({ what }) => what === "fault")
    .map((fault) => {
      const heal = marks.find(
        ({ what, kind, region, at }) =>
          what === "heal" &&
          at >= fault.at &&
          region === fault.region &&
          (kind === fault.kind || !kind),
      );
      return { ...fault, until: heal?.at ?? last };
    });
}

/** Seconds since the first fault, or since the first mark where there was no fault. */
export function sinceFault({ marks }: Pick<DrillRun, "marks">, at: number): number {
  const begin = marks.find(({ what }) => what === "fault") ?? marks[0];
  return at - (begin?.at ?? at);
}
