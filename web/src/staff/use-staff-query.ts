// Runs a query of a member of staff once, and again when it is wanted or failed: for what is being edited here.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { type Failure, request } from "../graphql/client.ts";
import { callLater, mayPass, pauseBefore } from "../graphql/recovery.ts";
import { ignoreAbort } from "../graphql/use-query.ts";

export interface StaffQuery<T> {
  /** Stays what it was while it is read again. */
  data: T | undefined;
  /** Why the latest attempt failed; undefined after one that succeeded. */
  failure: Failure | undefined;
  refresh: () => void;
}

/**
 * Return the answer of a query; it is read again by `refresh`, when its variables change, and by itself where the
 * network or the service failed.
 */
export function useStaffQuery<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  send: CarteSender,
): StaffQuery<T> {
  const [state, setState] = useState<Omit<StaffQuery<T>, "refresh">>({
    data: undefined,
    failure: undefined,
  });
  const [round, setRound] = useState(0);
  const failures = useRef(0);
  const wanted = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` holds the variables, a round is a reason.
  useEffect(() => {
    const abort = new AbortController();
    let stop = () => {};
    request(document, variables, { send, signal: abort.signal })
      .then((outcome) => {
        setState(({ data }) =>
          outcome.ok
            ? { data: outcome.data, failure: undefined }
            : { data, failure: outcome.failure },
        );
        if (outcome.ok) failures.current = 0;
        else if (mayPass(outcome.failure)) {
          stop = callLater(pauseBefore(failures.current++), () => setRound((count) => count + 1));
        }
      })
      .catch(ignoreAbort);
    return () => {
      abort.abort();
      stop();
    };
  }, [document, wanted, send, round]);
  return { ...state, refresh: useCallback(() => setRound((count) => count + 1), []) };
}
