// A store's menu in the language of the interface, kept up to date while it is open.
import { MenuChangedDocument } from "../generated/live.ts";
import { MenuWithDietDocument, type MenuWithDietQuery } from "../generated/operations.ts";
import { useLive } from "../graphql/use-live.ts";
import { type Query, useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { useDayparts } from "./use-dayparts.ts";

/** The menu and its changes. Names and descriptions are in the same language as allergens and buttons. */
export function useMenu(storeId: string): Query<MenuWithDietQuery> {
  const { code } = useLanguage();
  const variables = { storeId, locale: code };
  const query = useQuery(MenuWithDietDocument, variables);
  useLive(MenuChangedDocument, variables, {
    onNext: ({ menuChanged }) => query.put({ menu: menuChanged.menu }),
    ready: query.data?.menu != null,
    poll: query.refresh,
  });
  useDayparts(query.data?.menu?.store.timeZone, query.refresh);
  return query;
}
