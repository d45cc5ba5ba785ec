// Failures that are about who sends a request, or what it asks for: not about the network or the service.
//
// The service says these by codes in its answer, never by a status alone: a status is what a firewall says, too.
import type { Failure } from "../graphql/client.ts";

/** Whether the service takes the token for no valid one: signing in again helps. */
export const isRefusedToken = (failure: Failure): boolean =>
  failure.kind === "graphql" && failure.code === "UNAUTHENTICATED";

/** Whether a value that was sent is refused: a cursor of what is listed no more, an id of nothing. */
export const isRefusedInput = (failure: Failure): boolean =>
  failure.kind === "graphql" && failure.code === "BAD_USER_INPUT";

/** Whether the person may not do this here: another role helps. */
export const isForbidden = (failure: Failure): boolean =>
  failure.kind === "graphql" && failure.code === "FORBIDDEN";

/** Whether the service refuses the request for good; what stands in front of it names none of its codes. */
export const isRefusal = (failure: Failure): boolean =>
  failure.kind === "graphql" && failure.code !== undefined && !failure.retryable;
