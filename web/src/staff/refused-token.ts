// Failures that are about who sends a request, or what it asks for: not about the network or the service.
import type { Failure } from "../graphql/client.ts";

/** Whether the service takes the token for no valid one: signing in again helps. */
export const isRefusedToken = (failure: Failure): boolean =>
  (failure.kind === "graphql" && failure.code === "UNAUTHENTICATED") ||
  (failure.kind === "http" && failure.status === 401);

/** Whether a value that was sent is refused: a cursor of what is listed no more, an id of nothing. */
export const isRefusedInput = (failure: Failure): boolean =>
  failure.kind === "graphql" && failure.code === "BAD_USER_INPUT";

/** Whether the person may not do this here: another role helps. */
export const isForbidden = (failure: Failure): boolean =>
  (failure.kind === "graphql" && failure.code === "FORBIDDEN") ||
  (failure.kind === "http" && failure.status === 403);
