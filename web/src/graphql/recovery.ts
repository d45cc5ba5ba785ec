// Repeats what failed: when the network is back, when the page is looked at again, and after a pause.
import type { Failure } from "./failure.ts";

const FIRST_PAUSE_MS = 3000;
const LONGEST_PAUSE_MS = 30_000;

/** Whether the same request may succeed later: the network or the service failed, not the request. */
export function mayPass(failure: Failure): boolean {
  switch (failure.kind) {
    case "network":
    case "timeout":
      return true;
    case "http":
      return failure.status >= 500 || failure.status === 429 || failure.status === 408;
    case "graphql":
      return failure.retryable;
  }
}

/** Milliseconds to pause before the repetition with this number, from 0: longer each time, drawn at random. */
export const pauseBefore = (repetition: number, random = Math.random): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** repetition) * (0.75 + random() / 2);

/** Call once after `pauseMs`, or earlier when the network or the reader is back; returns how to stop that. */
export function callLater(pauseMs: number, call: () => void): () => void {
  const stop = () => {
    clearTimeout(timer);
    removeEventListener("online", now);
    document.removeEventListener("visibilitychange", seen);
  };
  const now = () => {
    stop();
    call();
  };
  const seen = () => document.visibilityState === "visible" && now();
  const timer = setTimeout(now, pauseMs);
  addEventListener("online", now);
  document.addEventListener("visibilitychange", seen);
  return stop;
}
