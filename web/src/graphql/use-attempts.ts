// Does something when a component appears, and again by itself until it succeeds: for what is loaded, not shown.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { callLater, pauseBefore } from "./recovery.ts";

export interface Attempts {
  /** Whether the latest attempt failed and another one follows. */
  failed: boolean;
  /** Attempt it now, also after it succeeded. */
  again: () => void;
}

/**
 * Attempt something now, when its inputs change, and after each failure: when the network or the reader is back, or
 * after a pause that is longer each time.
 *
 * @param attempt Resolves with whether no other attempt has to follow. Its signal is aborted when its outcome is no
 *   longer wanted: it changes nothing from then on, and may reject.
 * @param inputs What the attempt depends on, as an effect does.
 */
export function useAttempts(
  attempt: (signal: AbortSignal) => Promise<boolean>,
  inputs: readonly unknown[],
): Attempts {
  const [failed, setFailed] = useState(false);
  const [round, setRound] = useState(0);
  const failures = useRef(0);
  const again = useCallback(() => setRound((count) => count + 1), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caller's inputs; a round is a reason.
  useEffect(() => {
    const abort = new AbortController();
    let stop = () => {};
    attempt(abort.signal)
      .then((done) => {
        if (abort.signal.aborted) return;
        setFailed(!done);
        if (done) failures.current = 0;
        else stop = callLater(pauseBefore(failures.current++), again);
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) throw error;
      });
    return () => {
      abort.abort();
      stop();
    };
  }, [...inputs, round]);
  return { failed, again };
}
