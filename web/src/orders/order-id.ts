// The id of the order that an operation places: it can be looked up although its answer was lost.

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const BYTES = 16;

/**
 * The first 128 bits of the SHA-256 of an operationId in lower-case base32 without padding, as
 * services/domain/orders/identity.py has it.
 */
export async function orderIdOf(operationId: string): Promise<string> {
  const bytes = new TextEncoder().encode(operationId);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, BYTES);
  const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, "0"), 2)]).join("");
}

/** What people call an order by: the last letters of its id, as `short_number` of identity.py has it. */
export const shortCode = (orderId: string): string => orderId.slice(-4).toUpperCase();
