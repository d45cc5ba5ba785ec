// Why a request gave no usable data: no network, no answer in time, or an answer that says why.

/**
 * Why a request gave no usable data.
 *
 * `http`: the answer is none of the service, whatever its status: a gateway, a firewall, a proxy, the sign-in page
 * of a network. `detail` is the server's message, in English: for logs, not for guests. `code` is that of the first
 * error; `retryable` says that the fault is the server's, so that the same request may succeed later. `retryAfterS`:
 * seconds for which no request is wanted.
 */
export type Failure =
  | { kind: "network" }
  | { kind: "timeout" }
  | { kind: "http"; status: number; retryAfterS?: number | undefined }
  | {
      kind: "graphql";
      detail: string;
      code: string | undefined;
      retryable: boolean;
      retryAfterS?: number | undefined;
    };

/**
 * The status of something in front of the service, such as a firewall or the sign-in page of a network, that answered
 * in its place; undefined where the service answered, or nobody did.
 */
export const statusInFront = (failure: Failure | undefined): number | undefined =>
  failure?.kind === "http" && (failure.status < 500 || failure.status === 511)
    ? failure.status
    : undefined;

/** Statuses by which a busy gateway asks for patience, and refuses nothing. */
const BUSY = [408, 429];

/** Whether something in front of the service refuses the request, as a firewall does that blocks an address. */
export const isRefusedInFront = (failure: Failure | undefined): boolean => {
  const status = statusInFront(failure);
  return status !== undefined && !BUSY.includes(status);
};
