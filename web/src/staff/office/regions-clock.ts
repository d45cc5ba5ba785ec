// The clock of decisions about roles: regions refuse one that was sent too long ago, or ahead of their own clocks.
import type { CarteAnswer, CarteOperation, CarteSender } from "../../../clients/carte.ts";

/** By how far the device's clock may move against the time that passes before what was learned of it is forgotten. */
const MOVED_MS = 1000;

/** How the clock of this device stands to the time since the page began; it changes where the clock is set. */
const clockSetTo = (): number => Date.now() - performance.now();

/** By how many milliseconds the regions' clocks are ahead of this device's, as it was set from a refusal. */
let learned = { aheadMs: 0, clock: 0 };

/** By how far to move; nothing where the clock was set since, or a decision would become younger than it is. */
const aheadMs = (): number =>
  Math.abs(clockSetTo() - learned.clock) > MOVED_MS ? 0 : learned.aheadMs;

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
    const ahead = aheadOf(answer);
    if (ahead === undefined) return answer;
    learned = { aheadMs: ahead, clock: clockSetTo() };
    return send(moved(operation), limits);
  };
}

function moved(operation: CarteOperation): CarteOperation {
  const input = operation.variables?.input as { sentAt?: string } | undefined;
  if (!input?.sentAt) return operation;
  const sentAt = new Date(Date.parse(input.sentAt) + aheadMs()).toISOString();
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
