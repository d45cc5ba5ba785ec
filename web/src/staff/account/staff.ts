// Who is signed in, as pages of staff are given it.
import type { CarteSender } from "../../../clients/carte.ts";
import type { HeldRole } from "../session/grants.ts";
import type { SignInSettings } from "../session/settings.ts";

export interface Staff {
  /** The `sub` of the person's tokens. */
  id: string;
  /** The roles that hold now, by the API; read again every minute. */
  roles: readonly HeldRole[];
  /** No region says what the roles are, and this tab does not know it from before: `roles` is empty. */
  rolesUnknown?: boolean;
  /** Sends operations as this person. */
  send: CarteSender;
  settings: SignInSettings;
}

export const staffPath = (storeId: string): string => `/staff/${encodeURIComponent(storeId)}`;
export const hoursPath = (storeId: string): string => `${staffPath(storeId)}/hours`;

export const figuresPath = (storeId: string): string => `${staffPath(storeId)}/figures`;
export const pricesPath = (storeId: string): string => `${staffPath(storeId)}/prices`;
export const stockPath = (storeId: string): string => `${staffPath(storeId)}/stock`;
