// A role with its place, in the language of the interface.
import { formatCountry } from "../../formatting/address.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { HeldRole } from "../session/grants.ts";
import { useStoreNames } from "../store-names.ts";
import type { AccountTexts } from "./texts/account-texts.ts";

export function RoleName({ role, texts }: { role: HeldRole; texts: AccountTexts }) {
  const { code } = useLanguage();
  const nameOf = useStoreNames(role.storeId ? [role.storeId] : []);
  return <>{roleText(role, texts, code, nameOf)}</>;
}

/** A role with its place, as a text; `nameOf` says what a store is called. */
export function roleText(
  role: HeldRole,
  texts: AccountTexts,
  code: string,
  nameOf: (storeId: string) => string,
): string {
  const place = role.market
    ? formatCountry(role.market, role.market, code)
    : role.storeId
      ? nameOf(role.storeId)
      : texts.wholeChain;
  return `${texts.roles[role.role]} · ${place}`;
}
