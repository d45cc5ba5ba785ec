// Runs an operation for a component and again when its variables or the place change.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { TypedDocumentString } from "../generated/operations.ts";
import { placeHeader } from "../places.ts";
import { chosenPlace } from "../preferences.ts";
import { useCell } from "../use-cell.ts";
import { latestAnswer } from "./answer.ts";
import { type Failure, type Outcome, request } from "./client.ts";

export interface Query<T> {
  /** Stays what it was while newer data is on its way. */
  data: T | undefined;
  failure: Failure | undefined;
  loading: boolean;
  /** Send the query again, after a failure or because time has passed. */
  reload: () => void;
}

/**
 * Run a query and return its result, which changes with the variables and the chosen place.
 *
 * Without variables (undefined) no request is sent and nothing is loading. The answer of a `quiet` query
 * is not recorded as the latest answer, which the footer shows: such a query is about the service.
 */
export function useQuery<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V | undefined,
  { quiet = false } = {},
): Query<T> {
  const [result, setResult] = useState<Pick<Query<T>, "data" | "failure">>(EMPTY);
  const [answered, setAnswered] = useState<string>();
  const [round, setRound] = useState(0);
  const place = useCell(chosenPlace);
  const requested = variables === undefined ? undefined : JSON.stringify([variables, place, round]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `requested` holds all it depends on.
  useEffect(() => {
    if (variables === undefined) return;
    const abort = new AbortController();
    setResult((before) => (before.failure ? { ...before, failure: undefined } : before));
    (quiet ? send : sendAndRecord)(document, variables, abort.signal)
      .then((outcome) => {
        setResult(({ data }) =>
          outcome.ok
            ? { data: outcome.data, failure: undefined }
            : { data, failure: outcome.failure },
        );
        setAnswered(requested);
      })
      .catch(ignoreAbort);
    return () => abort.abort();
  }, [document, requested]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { ...result, loading: requested !== undefined && requested !== answered, reload };
}

const EMPTY = { data: undefined, failure: undefined };

/** Send an operation from the place that the reader chose, and record the answer as the latest one. */
export async function sendAndRecord<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  signal: AbortSignal,
): Promise<Outcome<T>> {
  const outcome = await send(document, variables, signal);
  if (outcome.answer) latestAnswer.set(outcome.answer);
  return outcome;
}

const send = <T, V>(document: TypedDocumentString<T, V>, variables: V, signal: AbortSignal) =>
  request(document, variables, { signal, place: placeHeader(chosenPlace.get()) });

export function ignoreAbort(error: unknown): void {
  if ((error as Error).name !== "AbortError") throw error;
}
