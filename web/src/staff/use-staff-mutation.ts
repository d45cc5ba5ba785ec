// Sends one change of a member of staff: once for each press, repeated with its operationId until it is answered.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { ignoreAbort } from "../graphql/use-query.ts";
import { sendUntilAnswered } from "../orders/sending.ts";
import { isForbidden } from "./refused-token.ts";

/** `again`: no region has answered yet, and it is sent once more; `forbidden`: the roles do not permit it. */
export type Saving = "idle" | "sending" | "again" | "failed" | "forbidden";

/**
 * Return how the latest change stands, and what sends one; pressing again while one is sent does nothing.
 *
 * What is under way when the page is left is finished, but not sent once more: nobody would see what becomes of it.
 *
 * @param onDone Called with the answer, which may have typed errors of its own, and with what was sent.
 */
export function useStaffMutation<T, I extends { operationId: string }>(
  document: TypedDocumentString<T, { input: I }>,
  send: CarteSender,
  onDone: (data: T, sent: I) => void,
): [Saving, (input: Omit<I, "operationId">) => void] {
  const [state, setState] = useState<Saving>("idle");
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const run = (input: Omit<I, "operationId">) => {
    if (abort.current) return;
    const controller = new AbortController();
    abort.current = controller;
    setState("sending");
    const sent = { ...input, operationId: crypto.randomUUID() } as I;
    sendUntilAnswered(
      document,
      { input: sent },
      {
        send,
        signal: controller.signal,
        finishAttempt: true,
        onRepeat: () => setState("again"),
      },
    )
      .then((outcome) => {
        abort.current = undefined;
        if (outcome.ok) {
          setState("idle");
          onDone(outcome.data, sent);
        } else {
          setState(isForbidden(outcome.failure) ? "forbidden" : "failed");
        }
      })
      .catch(ignoreAbort);
  };
  return [state, run];
}
