// Why a request gave no usable data: no network, no answer in time, or an answer that says why.

/**
 * Why a request gave no usable data.
 *
 * `detail` is the server's message, in English: for logs, not for guests. `code` is that of the first error;
 * `retryable` says that the fault is the server's, so that the same request may succeed later.
 */
export type Failure =
  | { kind: "network" }
  | { kind: "timeout" }
  | { kind: "http"; status: number }
  | { kind: "graphql"; detail: string; code: string | undefined; retryable: boolean };
