// Sends a mutation until it is answered: what failed on the way is sent again with the same operationId.
import type { TypedDocumentString } from "../generated/operations.ts";
import { type Failure, type Outcome, type RequestOptions, request } from "../graphql/client.ts";
import { isRefusedInFront } from "../graphql/failure.ts";
import { callAfter, mayPass } from "../graphql/recovery.ts";

/** After so many answers in a row of something in front of the service, the page says so to whoever waits. */
const MOST_IN_FRONT = 3;

export interface SendingOptions extends Pick<RequestOptions, "fetch" | "memory" | "send"> {
  signal: AbortSignal;
  /** Called whenever the mutation is sent once more. */
  onRepeat: () => void;
  /** Whether `signal` ends the repetitions only: an attempt under way is waited for. */
  finishAttempt?: boolean;
}

/**
 * Send a mutation until a region answers it.
 *
 * The variables must have their `operationId`, so that all attempts have one effect together.
 *
 * @returns the answer, or a failure that another attempt would not better, or that something in front of the
 *   service, such as a firewall, answers again and again.
 * @throws the reason of `signal`; whether the mutation had its effect is unknown then.
 */
export async function sendUntilAnswered<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  options: SendingOptions,
): Promise<Outcome<T>> {
  const { signal, finishAttempt = false, ...others } = options;
  const attempt = finishAttempt ? others : { ...others, signal };
  let inFront = 0;
  for (let repetition = 0; ; repetition++) {
    const outcome = await request(document, variables, attempt);
    if (outcome.ok || !mayPass(outcome.failure)) return outcome;
    inFront = isRefusedInFront(outcome.failure) ? inFront + 1 : 0;
    if (inFront === MOST_IN_FRONT) return outcome;
    options.onRepeat();
    await pause(outcome.failure, repetition, signal);
  }
}

function pause(failure: Failure, repetition: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal.removeEventListener("abort", aborted);
      resolve();
    };
    // Somebody waits for it, and it is a few attempts at most.
    const stop = callAfter(failure, repetition, go, 0);
    const aborted = () => {
      stop();
      reject(signal.reason);
    };
    if (signal.aborted) aborted();
    else signal.addEventListener("abort", aborted, { once: true });
  });
}
