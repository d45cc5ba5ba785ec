// Reads something again and again while the page is looked at: for what others change.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "./failure.ts";
import { callAfter, callLater, mayPass } from "./recovery.ts";
import { ignoreAbort } from "./use-query.ts";

export type Reading<T> = { ok: true; data: T } | { ok: false; failure: Failure };

export interface Polled<T> {
  /** The latest data; stays when a later attempt fails. */
  data: T | undefined;
  /** When `data` was read. */
  at: Date | undefined;
  /** Why the latest attempt failed; undefined after one that succeeded. */
  failure: Failure | undefined;
  /** Ask now, as after a change of one's own. */
  refresh: () => void;
  /** Take data that arrived in another way, as by a subscription. */
  put: (data: T) => void;
}

export interface Pace<T> {
  /** Milliseconds from an answer to the next reading; undefined: one answer is enough until it is refreshed. */
  everyMs: ((data: T) => number) | undefined;
  /** Whether to ask also while the page is not looked at. */
  evenHidden?: boolean;
}

/**
 * Return what is read now, when the inputs change, on `refresh`, and at a pace. What failed is read again by itself,
 * after a pause that is longer each time; without a pace only where it may succeed then.
 *
 * @param read Rejects only with the AbortError of its signal.
 * @param inputs What the reading depends on, as an effect does.
 */
export function usePolling<T>(
  read: (signal: AbortSignal) => Promise<Reading<T>>,
  inputs: readonly unknown[],
  { everyMs, evenHidden = false }: Pace<T>,
): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, "refresh" | "put">>(NOTHING);
  const [round, setRound] = useState(0);
  const pace = useRef(everyMs);
  pace.current = everyMs;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's inputs; a round is a reason.
  useEffect(() => {
    const abort = new AbortController();
    let stop: (() => void) | undefined;
    let failures = 0;
    const ask = () => {
      read(abort.signal)
        .then((outcome) => {
          if (outcome.ok) {
            failures = 0;
            setState({ data: outcome.data, at: new Date(), failure: undefined });
            const pause = pace.current?.(outcome.data);
            if (pause !== undefined) stop = callLater(pause, whenVisible);
          } else {
            setState((before) => ({ ...before, failure: outcome.failure }));
            if (pace.current || mayPass(outcome.failure)) {
              stop = callAfter(outcome.failure, failures++, whenVisible);
            }
          }
        })
        .catch(ignoreAbort);
    };
    // A hidden page asks again when it is shown: callLater listens for that.
    const whenVisible = () => {
      if (globalThis.document.visibilityState === "visible" || evenHidden) ask();
      else stop = callLater(HIDDEN_MS, whenVisible);
    };
    ask();
    return () => {
      abort.abort();
      stop?.();
    };
  }, [...inputs, round]);

  return {
    ...state,
    refresh: () => setRound((count) => count + 1),
    put: (data) => setState({ data, at: new Date(), failure: undefined }),
  };
}

const HIDDEN_MS = 60_000;
const NOTHING = { data: undefined, at: undefined, failure: undefined };
