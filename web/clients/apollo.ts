// A terminating link for Apollo Client 4: in place of HttpLink.
import { ApolloLink, Observable } from "@apollo/client";
import { ServerError } from "@apollo/client/errors";
import { print } from "graphql";
import { type CarteOptions, carteSender } from "./carte.ts";

/**
 * Make the link. It reads registered documents by GET, which every edge may cache and fail over, adds
 * `operationId` to a mutation's input that lacks one, and repeats in another region what fails in one.
 *
 * Give it no RetryLink: what this link reports has failed in all regions, or would. A failure without a
 * GraphQL response has the `variables` that were sent, by which a mutation is repeated as the same one.
 */
export function carteLink(options: CarteOptions = {}): ApolloLink {
  const send = carteSender(options);
  return new ApolloLink(
    ({ query, variables, operationName }) =>
      new Observable<ApolloLink.Result>((observer) => {
        const abort = new AbortController();
        const operation = { query: print(query), variables, operationName };
        send(operation, { signal: abort.signal }).then(
          ({ status, headers, body, variables }) => {
            if (body && ("data" in body || body.errors)) {
              observer.next(body as ApolloLink.Result);
              observer.complete();
            } else {
              const response = new Response(null, { status: status || 502, headers });
              const message = `the answer with status ${status} is no GraphQL response`;
              const error = new ServerError(message, { response, bodyText: "" });
              observer.error(Object.assign(error, { variables }));
            }
          },
          (error: unknown) => {
            if (!abort.signal.aborted) observer.error(error);
          },
        );
        return () => abort.abort();
      }),
  );
}
