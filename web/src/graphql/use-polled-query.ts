// Runs an operation again and again while the page is looked at: for what others change.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { latestAnswer } from "./answer.ts";
import { type Failure, request } from "./client.ts";
import { callLater, pauseBefore } from "./recovery.ts";
import { ignoreAbort } from "./use-query.ts";

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

interface Polling<T> {
  /** Milliseconds from an answer to the next request. */
  everyMs: (data: T) => number;
  /** Whether to ask also while the page is not looked at. */
  evenHidden?: boolean;
  send?: CarteSender | undefined;
}

export function usePolledQuery<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  { everyMs, evenHidden = false, send }: Polling<T>,
): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, "refresh" | "put">>(NOTHING);
  const [round, setRound] = useState(0);
  const pace = useRef(everyMs);
  pace.current = everyMs;
  const wanted = JSON.stringify(variables);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` holds the variables.
  useEffect(() => {
    const abort = new AbortController();
    let stop: (() => void) | undefined;
    let failures = 0;
    const ask = () => {
      request(document, variables, { signal: abort.signal, send })
        .then((outcome) => {
          if (outcome.answer) latestAnswer.set(outcome.answer);
          if (outcome.ok) {
            failures = 0;
            setState({ data: outcome.data, at: new Date(), failure: undefined });
          } else {
            setState((before) => ({ ...before, failure: outcome.failure }));
          }
          const pause = outcome.ok ? pace.current(outcome.data) : pauseBefore(failures++);
          stop = callLater(pause, whenVisible);
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
  }, [document, wanted, send, round]);

  return {
    ...state,
    refresh: () => setRound((count) => count + 1),
    put: (data) => setState({ data, at: new Date(), failure: undefined }),
  };
}

const HIDDEN_MS = 60_000;
const NOTHING = { data: undefined, at: undefined, failure: undefined };
