// Runs a query of a member of staff once, and again when it is wanted: for what is being edited here.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { type Failure, request } from "../graphql/client.ts";
import { ignoreAbort } from "../graphql/use-query.ts";

export interface StaffQuery<T> {
  /** Stays what it was while it is read again. */
  data: T | undefined;
  /** Why the latest attempt failed; undefined after one that succeeded. */
  failure: Failure | undefined;
  refresh: () => void;
}

/** Return the answer of a query; it is read again by `refresh` only, and when its variables change. */
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
  const wanted = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` holds the variables, a round is a reason.
  useEffect(() => {
    const abort = new AbortController();
    request(document, variables, { send, signal: abort.signal })
      .then((outcome) =>
        setState(({ data }) =>
          outcome.ok
            ? { data: outcome.data, failure: undefined }
            : { data, failure: outcome.failure },
        ),
      )
      .catch(ignoreAbort);
    return () => abort.abort();
  }, [document, wanted, send, round]);
  return { ...state, refresh: useCallback(() => setRound((count) => count + 1), []) };
}
