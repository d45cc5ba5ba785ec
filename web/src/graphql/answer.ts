// Which region answered a request, and how the edge chose it: read from the headers of the answer.
import { cell } from "../cell.ts";
import type { Failure } from "./failure.ts";

export interface Answer {
  /** Name of the region that answered; undefined where the answer does not name it. */
  region: string | undefined;
  /** What the edge decided: `why`, `cache`, `attempts` and other parameters. */
  edge: Readonly<Record<string, string>>;
  /** From sending the request to having read its body. */
  milliseconds: number;
  /** When it was answered, by the service's clock and to the second; undefined where the answer does not say. */
  at: Date | undefined;
  /** The same by this page's own clock, `performance.now()`. */
  readAt: number;
  /** When it was answered, where the service worker kept it and no region answers well now. */
  keptAt: Date | undefined;
  /** What the regions answered instead of a kept answer; undefined where nothing was answered in time. */
  keptBecause?: Failure;
}

/** Why the edge chose the region: the values of `why` in `x-carte-edge`. */
export const REASONS = ["nearest", "failover", "health", "drained", "pinned", "fail-open"] as const;
export type Reason = (typeof REASONS)[number];

export const reasonOf = (answer: Answer | undefined): Reason | undefined =>
  REASONS.find((reason) => reason === answer?.edge.why);

/** The answer to the latest request, for the footer. */
export const latestAnswer = cell<Answer | undefined>(undefined);

/** What time it is by the service's clock: that of the latest answer, and what passed since; else this device's. */
export function serviceNow(): Date {
  const { at, readAt } = latestAnswer.get() ?? {};
  return at && readAt !== undefined
    ? new Date(at.getTime() + performance.now() - readAt)
    : new Date();
}

/** By which the service worker says when an answer that it kept was given: milliseconds since 1970. */
export const KEPT_HEADER = "x-carte-kept";

export function readAnswer(headers: Headers, milliseconds: number): Answer {
  const edge = parseEdgeHeader(headers.get("x-carte-edge") ?? "");
  const kept = Number(headers.get(KEPT_HEADER) ?? Number.NaN);
  const at = Date.parse(headers.get("date") ?? "");
  return {
    region: headers.get("x-carte-region") ?? edge.region,
    edge,
    milliseconds,
    at: Number.isNaN(at) ? undefined : new Date(at),
    readAt: performance.now(),
    keptAt: Number.isNaN(kept) ? undefined : new Date(kept),
  };
}

/** Read `region=eu-west-1; why=nearest; cache=miss; attempts=1`. */
export function parseEdgeHeader(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const part of text.split(";")) {
    const at = part.indexOf("=");
    const name = part.slice(0, at).trim();
    if (at > 0 && name) values[name] = part.slice(at + 1).trim();
  }
  return values;
}
