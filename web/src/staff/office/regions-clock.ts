// The clock of decisions about roles: regions refuse one that was sent too long ago, or ahead of their own clocks.
import type { CarteAnswer, CarteOperation, CarteSender } from "../../../clients/carte.ts";

/** By how many milliseconds the regions' clocks are ahead of this device's, as a refusal has told. */
let aheadMs = 0;

/** The moment of a press, by this device's clock, as `sentAt` of an input. */
export const pressedNow = (): string => new Date().toISOString();

/**
 * Return a sender that moves `sentAt` from this device's clock to that of the regions.
 *
 * By how much is learned where a region refuses a decision for its time; it is sent once more then. It stays as old
 * as it is, so what waited for too long is refused again, and the person decides anew.
 */
export function byRegionsClock(send: CarteSender): CarteSender {
  return async (operation, limits) => {
    const answer = await send(moved(operation), limits);
    const learned = aheadOf(answer);
    if (learned === undefined) return answer;
    aheadMs = learned;
    return send(moved(operation), limits);
  };
}

function moved(operation: CarteOperation): CarteOperation {
  const input = operation.variables?.input as { sentAt?: string } | undefined;
  if (!input?.sentAt) return operation;
  const sentAt = new Date(Date.parse(input.sentAt) + aheadMs).toISOString();
  return { ...operation, variables: { ...operation.variables, input: { ...input, sentAt } } };
}

function aheadOf({ body }: CarteAnswer): number | undefined {
  type Payload = { errors?: { __typename?: string; serverTime?: string }[] } | null;
  for (const payload of Object.values((body?.data ?? {}) as Record<string, Payload>)) {
    for (const { __typename, serverTime } of payload?.errors ?? []) {
      if (__typename === "RequestTimeTooSkewedError" && serverTime) {
        return Date.parse(serverTime) - Date.now();
      }
    }
  }
  return undefined;
}
