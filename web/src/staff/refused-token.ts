// Failures that are about who sends a request, not about the request.
import type { Failure } from "../graphql/client.ts";

/** Whether the service takes the token for no valid one: signing in again helps. */
export const isRefusedToken = (failure: Failure): boolean =>
  (failure.kind === "graphql" && failure.code === "UNAUTHENTICATED") ||
  (failure.kind === "http" && failure.status === 401);

/** Whether the person may not do this here: another role helps. */
export const isForbidden = (failure: Failure): boolean =>
  (failure.kind === "graphql" && failure.code === "FORBIDDEN") ||
  (failure.kind === "http" && failure.status === 403);
