// Who this tab's session belongs to, as the API answered last: pages open with it while nothing answers after a reload.
//
// It is for what pages show. The API decides about every request, whatever is kept here.
import type { MeQuery, StaffRole } from "../../generated/staff.ts";
import { isRecent } from "./kept-here.ts";
import { keepInTab, readInTab } from "./tab-storage.ts";

export type Person = NonNullable<MeQuery["me"]>;

const KEY = "carte.staff.me";
const ROLES: Record<StaffRole, true> = {
  TILL: true,
  MANAGER: true,
  EDITOR: true,
  ADMIN: true,
  OPERATOR: true,
};

/** Keep what the API says of the person; undefined forgets it. */
export const keepPerson = (person: Person | undefined): void =>
  keepInTab(KEY, person && { person, at: Date.now() });

/** What the API answered about the person last; undefined where that is too long ago, or damaged. */
export function keptPerson(): Person | undefined {
  const kept = readInTab(KEY) as { person?: unknown; at?: unknown } | null | undefined;
  return isRecent(kept?.at) && isPerson(kept?.person) ? kept.person : undefined;
}

const isTextOrNull = (value: unknown) => value === null || typeof value === "string";

function isPerson(value: unknown): value is Person {
  const { id, roles } = (value ?? {}) as Partial<Person>;
  return (
    typeof id === "string" &&
    Array.isArray(roles) &&
    roles.every(
      (one) =>
        typeof one?.name === "string" &&
        Object.hasOwn(ROLES, one.role) &&
        isTextOrNull(one.storeId) &&
        isTextOrNull(one.market),
    )
  );
}
