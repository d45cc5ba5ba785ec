// Runs an operation again and again while the page is looked at: for what others change.
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { latestAnswer } from "./answer.ts";
import { request } from "./client.ts";
import { type Pace, type Polled, usePolling } from "./use-polling.ts";

interface Polling<T> extends Pace<T> {
  send?: CarteSender | undefined;
}

export function usePolledQuery<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  { send, ...pace }: Polling<T>,
): Polled<T> {
  return usePolling(
    async (signal) => {
      const outcome = await request(document, variables, { signal, send });
      if (outcome.answer) latestAnswer.set(outcome.answer);
      return outcome;
    },
    [document, JSON.stringify(variables), send],
    pace,
  );
}
