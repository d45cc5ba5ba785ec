// Repeats what failed: when the network is back, when the page is looked at again, and after a pause.
import { TOO_LONG } from "../../clients/carte.ts";
import { type Failure, isRefusedInFront } from "./failure.ts";

const FIRST_PAUSE_MS = 3000;
const LONGEST_PAUSE_MS = 30_000;
/** A firewall that blocks an address counts what it refuses: who asks on soon stays blocked. */
const IN_FRONT_PAUSE_MS = 60_000;

/** Whether the same request may succeed later: the service failed or did not answer, and did not refuse the request. */
export function mayPass(failure: Failure): boolean {
  switch (failure.kind) {
    case "network":
    case "timeout":
      return true;
    case "http":
      return !TOO_LONG.includes(failure.status);
    case "graphql":
      return failure.retryable;
  }
}

/** Milliseconds to pause before the repetition with this number, from 0: longer each time, drawn at random. */
export const pauseBefore = (repetition: number, random = Math.random): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** repetition) * (0.75 + random() / 2);

/** Milliseconds that the answer of a failure wants no request for. */
const wantedPause = (failure: Failure | undefined): number =>
  1000 * ((failure && "retryAfterS" in failure && failure.retryAfterS) || 0);

/**
 * Milliseconds to pause after a failure, before the repetition with this number.
 *
 * @param inFrontMs At least so long, some more or less, where something in front of the service refused the request.
 */
export const pauseAfter = (
  failure: Failure | undefined,
  repetition: number,
  inFrontMs = IN_FRONT_PAUSE_MS,
  random = Math.random,
): number => {
  const least = isRefusedInFront(failure) ? inFrontMs * (0.75 + random() / 2) : 0;
  return Math.max(pauseBefore(repetition, random), wantedPause(failure), least);
};

/** Call once when it is time for the repetition with this number after a failure; returns how to stop that. */
export const callAfter = (
  failure: Failure | undefined,
  repetition: number,
  call: () => void,
  inFrontMs = IN_FRONT_PAUSE_MS,
): (() => void) =>
  callLater(pauseAfter(failure, repetition, inFrontMs), call, wantedPause(failure));

/**
 * Call once after `pauseMs`, or earlier: when the network is back, which may be another one, and when the reader is,
 * but not before `leastMs`; returns how to stop that.
 */
export function callLater(pauseMs: number, call: () => void, leastMs = 0): () => void {
  const begun = performance.now();
  const stop = () => {
    clearTimeout(timer);
    removeEventListener("online", now);
    document.removeEventListener("visibilitychange", seen);
  };
  const now = () => {
    stop();
    call();
  };
  const seen = () =>
    document.visibilityState === "visible" && performance.now() - begun >= leastMs && now();
  const timer = setTimeout(now, pauseMs);
  addEventListener("online", now);
  document.addEventListener("visibilitychange", seen);
  return stop;
}
