// Runs an operation for a component and again when its variables or the place change, or after a failure.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { TypedDocumentString } from "../generated/operations.ts";
import { placeHeader } from "../places.ts";
import { chosenPlace } from "../preferences.ts";
import { useCell } from "../use-cell.ts";
import { type Answer, latestAnswer } from "./answer.ts";
import { type Failure, type Outcome, request } from "./client.ts";
import { keepAnswer, keptAnswer } from "./kept-answers.ts";
import { callAfter, mayPass } from "./recovery.ts";

export interface Kept {
  at: Date;
  /** What the regions answered; undefined where nothing was answered in time. */
  because: Failure | undefined;
}

export interface Query<T> {
  /** Stays what it was while newer data is on its way. */
  data: T | undefined;
  failure: Failure | undefined;
  loading: boolean;
  /** Where the data is older than now because no region answers well: when it was read, and why. */
  kept: Kept | undefined;
  /** Send the query again, after a failure or because time has passed. */
  reload: () => void;
  /** Send the query again without showing it: what is there stays until something else is. */
  refresh: () => void;
  /** Take data that arrived in another way, as by a subscription. */
  put: (data: T) => void;
}

interface Round {
  number: number;
  /** Repetitions by itself since the last success; 0: the reader wanted it. */
  repetition: number;
  /** Whether nothing shows that the query is under way. */
  quiet: boolean;
}

const FIRST: Round = { number: 0, repetition: 0, quiet: false };

/**
 * Run a query and return its result, which changes with the variables and the chosen place.
 *
 * A query that failed is repeated by itself until it succeeds, less often each time. Without variables
 * (undefined) no request is sent and nothing is loading. The answer of a `quiet` query is not recorded as
 * the latest answer, which the footer shows: such a query is about the service.
 */
export function useQuery<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V | undefined,
  { quiet = false } = {},
): Query<T> {
  const place = useCell(chosenPlace);
  const wanted = variables === undefined ? undefined : JSON.stringify([variables, place]);
  const key = `${document.toString()} ${wanted}`;
  const [result, setResult] = useState<Pick<Query<T>, "data" | "failure" | "kept">>(() => ({
    data: keptAnswer(key) as T | undefined,
    failure: undefined,
    kept: undefined,
  }));
  /** What was answered last: the request, and its variables and place. */
  const [answered, setAnswered] = useState<{ requested: string; wanted: string }>();
  const [round, setRound] = useState<Round>(FIRST);
  const requested = wanted === undefined ? undefined : `${wanted} ${round.number}`;
  const before = useRef(wanted);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `requested` holds all it depends on.
  useEffect(() => {
    if (variables === undefined) return;
    const abort = new AbortController();
    const other = before.current !== wanted;
    before.current = wanted;
    setResult(({ data, failure, kept }) => ({
      data: other ? ((keptAnswer(key) as T | undefined) ?? data) : data,
      // A repetition that nobody asked for leaves the message where it is.
      failure: other || (round.repetition === 0 && !round.quiet) ? undefined : failure,
      kept: other ? undefined : kept,
    }));
    let stop: (() => void) | undefined;
    (quiet ? send : sendAndRecord)(document, variables, abort.signal)
      .then((outcome) => {
        if (outcome.ok) keepAnswer(key, outcome.data);
        setResult(({ data, kept }) =>
          outcome.ok
            ? { data: outcome.data, failure: undefined, kept: keptOf(outcome.answer) }
            : { data, failure: outcome.failure, kept },
        );
        if (requested && wanted) setAnswered({ requested, wanted });
        if (outcome.ok ? !outcome.answer.keptAt : !mayPass(outcome.failure)) return;
        const quietly = outcome.ok;
        const failure = outcome.ok ? outcome.answer.keptBecause : outcome.failure;
        stop = callAfter(failure, round.repetition, () =>
          setRound(({ number, repetition }) => ({
            number: number + 1,
            repetition: repetition + 1,
            quiet: quietly,
          })),
        );
      })
      .catch(ignoreAbort);
    return () => {
      abort.abort();
      stop?.();
    };
  }, [document, requested]);

  const reload = useCallback(
    () => setRound(({ number }) => ({ ...FIRST, number: number + 1 })),
    [],
  );
  const refresh = useCallback(
    () => setRound(({ number }) => ({ ...FIRST, number: number + 1, quiet: true })),
    [],
  );
  const put = useCallback(
    (data: T) => {
      keepAnswer(key, data);
      setResult({ data, failure: undefined, kept: undefined });
    },
    [key],
  );
  // A refresh is quiet about what is shown, not about other variables after it.
  const quietly = round.quiet && answered?.wanted === wanted;
  const underWay = requested !== undefined && requested !== answered?.requested && !quietly;
  return { ...result, loading: underWay, reload, refresh, put };
}

const keptOf = ({ keptAt, keptBecause }: Answer): Kept | undefined =>
  keptAt && { at: keptAt, because: keptBecause };

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
