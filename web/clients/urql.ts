// A terminating exchange for urql: in place of fetchExchange.
import {
  type Exchange,
  makeErrorResult,
  makeResult,
  type Operation,
  type OperationResult,
  stringifyDocument,
} from "@urql/core";
import { filter, make, merge, mergeMap, pipe, takeUntil } from "wonka";
import { type CarteOptions, carteSender } from "./carte.ts";

/**
 * Make the exchange. It reads registered documents by GET, which every edge may cache and fail over,
 * adds `operationId` to a mutation's input that lacks one, and repeats in another region what fails in
 * one. Give it no retryExchange: what this exchange reports has failed in all regions, or would. A
 * `networkError` has the `variables` that were sent, by which a mutation is repeated as the same one.
 */
export function carteExchange(options: CarteOptions = {}): Exchange {
  const send = carteSender(options);

  const answer = (operation: Operation) =>
    make<OperationResult>(({ next, complete }) => {
      const abort = new AbortController();
      const sent = {
        query: stringifyDocument(operation.query),
        variables: operation.variables as Record<string, unknown>,
      };
      send(sent, { signal: abort.signal })
        .then(
          ({ status, body, variables }) => {
            const usable = body && ("data" in body || body.errors);
            const message = `the answer with status ${status} is no GraphQL response`;
            return usable
              ? makeResult(operation, body as Parameters<typeof makeResult>[1])
              : makeErrorResult(operation, Object.assign(new Error(message), { variables }));
          },
          (error: Error) => makeErrorResult(operation, error),
        )
        .then((result) => {
          if (abort.signal.aborted) return;
          next(result);
          complete();
        });
      return () => abort.abort();
    });

  return ({ forward }) =>
    (operations) => {
      const ours = ({ kind }: Operation) => kind === "query" || kind === "mutation";
      const results = pipe(
        operations,
        filter(ours),
        mergeMap((operation) => {
          const ended = pipe(
            operations,
            filter(({ kind, key }) => kind === "teardown" && key === operation.key),
          );
          return pipe(answer(operation), takeUntil(ended));
        }),
      );
      const others = pipe(
        operations,
        filter((operation) => !ours(operation)),
        forward,
      );
      return merge([results, others]);
    };
}
