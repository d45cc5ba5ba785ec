// Sends one change of a member of staff: once for each press, repeated with its operationId until it is answered.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CarteSender } from "../../clients/carte.ts";
import type { TypedDocumentString } from "../generated/operations.ts";
import { ignoreAbort } from "../graphql/use-query.ts";
import { sendUntilAnswered } from "../orders/sending.ts";
import { holdPage } from "./hold-page.ts";
import { isForbidden } from "./refused-token.ts";

/** `again`: no region has answered yet, and it is sent once more; `forbidden`: the roles do not permit it. */
export type Saving = "idle" | "sending" | "again" | "failed" | "forbidden";

/**
 * Return how the latest change stands, and what sends one; pressing again while one is sent does nothing.
 *
 * What is under way when the page is left for another one of the site is finished, but not sent once more: nobody would
 * see what becomes of it. So the site asks before, and the browser before the site is left.
 *
 * @param onDone Called with the answer, which may have typed errors of its own, and with what was sent.
 * @param options.outlives Whether it is sent until it is answered, whatever page is shown: what would be lost is worse
 *   than a refusal that nobody sees.
 */
export function useStaffMutation<T, I extends { operationId: string }>(
  document: TypedDocumentString<T, { input: I }>,
  send: CarteSender,
  onDone: (data: T, sent: I) => void,
  { outlives = false }: { outlives?: boolean } = {},
): [Saving, (input: Omit<I, "operationId">) => void] {
  const [state, setState] = useState<Saving>("idle");
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => (outlives ? undefined : abort.current?.abort()), [outlives]);
  const run = (input: Omit<I, "operationId">) => {
    if (abort.current) return;
    const controller = new AbortController();
    abort.current = controller;
    setState("sending");
    const letGo = holdPage({ documentOnly: outlives });
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
      .catch(ignoreAbort)
      .finally(letGo);
  };
  return [state, run];
}
