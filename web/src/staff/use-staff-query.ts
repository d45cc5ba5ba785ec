// Runs a query of a member of staff once, and again when it is wanted or failed: for what is being edited here.
import { useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { type Failure, request } from "../graphql/client.ts";
import { mayPass } from "../graphql/recovery.ts";
import { useAttempts } from "../graphql/use-attempts.ts";

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
  const wanted = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `wanted` holds the variables.
  const { again } = useAttempts(
    async (signal) => {
      const outcome = await request(document, variables, { send, signal });
      setState(({ data }) =>
        outcome.ok
          ? { data: outcome.data, failure: undefined }
          : { data, failure: outcome.failure },
      );
      return outcome.ok || !mayPass(outcome.failure);
    },
    [document, wanted, send],
  );
  return { ...state, refresh: again };
}
