// Sends one change of an order for a component: once, however often its button is pressed.
import { useEffect, useRef, useState } from "preact/hooks";
import type { TypedDocumentString } from "../generated/operations.ts";
import { ignoreAbort } from "../graphql/use-query.ts";
import { sendUntilAnswered } from "./sending.ts";

export type Sent = "idle" | "sending" | "again" | "failed";

/**
 * Return how the change stands, and what sends it.
 *
 * The operationId is made for the first press and kept until the change is answered. What is under way when the
 * page is left is finished, but not sent once more.
 */
export function useMutation<T, I extends { operationId: string }>(
  document: TypedDocumentString<T, { input: I }>,
  onDone: (data: T) => void,
): [Sent, (input: Omit<I, "operationId">) => void] {
  const [state, setState] = useState<Sent>("idle");
  const operationId = useRef<string>(undefined);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const send = (input: Omit<I, "operationId">) => {
    if (abort.current) return;
    const controller = new AbortController();
    abort.current = controller;
    operationId.current ??= crypto.randomUUID();
    setState("sending");
    const variables = { input: { ...input, operationId: operationId.current } as I };
    sendUntilAnswered(document, variables, {
      signal: controller.signal,
      finishAttempt: true,
      onRepeat: () => setState("again"),
    })
      .then((outcome) => {
        abort.current = undefined;
        if (!outcome.ok) {
          setState("failed");
          return;
        }
        operationId.current = undefined;
        setState("idle");
        onDone(outcome.data);
      })
      .catch(ignoreAbort);
  };
  return [state, send];
}
