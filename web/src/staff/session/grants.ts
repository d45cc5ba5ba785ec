// What the roles of a person permit, for what pages show: the API decides for itself.
import { type Permission, RULES } from "../../generated/policy.ts";
import type { MeQuery } from "../../generated/staff.ts";

export type HeldRole = NonNullable<MeQuery["me"]>["roles"][0];

/** A store with its market, where that is known; a market; the chain where neither is given. */
export interface Place {
  storeId?: string | undefined;
  market?: string | undefined;
}

const ROLES: ReadonlySet<string> = new Set(Object.values(RULES).flatMap(({ roles }) => roles));
const WRITTEN = /^(?:chain|store:(?<store>[^:]+)|market:(?<market>[^:]+)):(?<role>[a-z]+)$/;

/** Read roles as tokens write them, such as `chain:operator` and `store:de-00001:manager`; what is none is left out. */
export const rolesOf = (names: readonly unknown[]): HeldRole[] =>
  names.flatMap((given) => {
    const name = String(given);
    const { role = "", store = null, market = null } = WRITTEN.exec(name)?.groups ?? {};
    if (!ROLES.has(role)) return [];
    return [{ name, role: role.toUpperCase() as HeldRole["role"], storeId: store, market }];
  });

/** Return whether roles permit something in a place. */
export function permits(
  roles: readonly HeldRole[],
  permission: Permission,
  place: Place = {},
): boolean {
  return roles.some((held) => hasRole(held, permission) && covers(held, place));
}

/** Return whether roles permit something somewhere. */
export const permitsSomewhere = (roles: readonly HeldRole[], permission: Permission): boolean =>
  roles.some((held) => hasRole(held, permission));

/** The stores in which a person has a role of their own, in the order of their ids. */
export const ownStores = (roles: readonly HeldRole[]): string[] =>
  [...new Set(roles.flatMap(({ storeId }) => storeId ?? []))].sort();

/** Whether a person's roles reach beyond single stores: any store may be opened then. */
export const reachesFurther = (roles: readonly HeldRole[], permission: Permission): boolean =>
  roles.some((held) => !held.storeId && hasRole(held, permission));

/** A role in a store gives nothing that is about a market, and none in a market what is about the chain. */
function hasRole({ role, storeId, market }: HeldRole, permission: Permission): boolean {
  const { scope, roles } = RULES[permission];
  const reach = storeId ? ["store"] : market ? ["store", "market"] : ["store", "market", "chain"];
  return reach.includes(scope) && (roles as readonly string[]).includes(role.toLowerCase());
}

function covers({ storeId, market }: HeldRole, place: Place): boolean {
  if (storeId) return storeId === place.storeId;
  if (market) return market === place.market;
  return true;
}
