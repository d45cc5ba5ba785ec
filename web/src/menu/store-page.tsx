// A store's page: where it is, whether it is open, and its menu.
import { useEffect } from "preact/hooks";
import { formatAddress } from "../formatting/address.ts";
import { MenuDocument } from "../generated/operations.ts";
import { useQuery } from "../graphql/use-query.ts";
import { isLanguage, useLanguage } from "../i18n/language.ts";
import { chosenLocale, rememberVisit } from "../preferences.ts";
import { storePath } from "../routing.ts";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { useCell } from "../use-cell.ts";
import { MenuBody } from "./menu-body.tsx";
import { MenuSkeleton } from "./menu-skeleton.tsx";
import { restaurantOf } from "./store-data.ts";
import { StoreHeader } from "./store-header.tsx";

export function StorePage({ id }: { id: string }) {
  const { say } = useLanguage();
  const chosen = useCell(chosenLocale);
  // Unless the reader chose a language, the menu is in the store's own, as on its counter.
  const locale = isLanguage(chosen) ? chosen : null;
  const { data, failure, loading, reload } = useQuery(MenuDocument, { storeId: id, locale });
  const menu = data?.menu;
  const store = menu?.store;

  useEffect(() => {
    if (store) rememberVisit({ id: store.id, name: store.name, city: store.address.city });
  }, [store]);
  const path = storePath(id);
  usePageHead({
    title: store ? `${store.name} · ${say.menu}` : data ? say.notFound : say.menu,
    description: store && `${formatAddress(store.address, store.market.id)} · ${say.openingHours}`,
    path: data && !store ? undefined : path,
    picture: menu?.categories[0]?.items[0]?.imageUrl,
    data: menu ? restaurantOf(menu, location.origin + path) : undefined,
  });

  if (menu) {
    return (
      <article class={loading ? "store-page is-reloading" : "store-page"} aria-busy={loading}>
        <StoreHeader store={menu.store} onStale={reload} />
        {failure && (
          <div class="wide">
            <FailureNotice failure={failure} retry={reload} />
          </div>
        )}
        <MenuBody menu={menu} />
      </article>
    );
  }
  if (failure) {
    return (
      <div class="wide lone-notice">
        <FailureNotice failure={failure} retry={reload} />
      </div>
    );
  }
  return data ? <NoSuchStore id={id} /> : <MenuSkeleton />;
}

function NoSuchStore({ id }: { id: string }) {
  const { say } = useLanguage();
  return (
    <div class="wide lone-notice" data-testid="store-not-found">
      <EmptyNotice>
        <h1>{say.notFound}</h1>
        <p>{say.notFoundHint(id)}</p>
        <a class="button" href="/">
          {say.findStore}
        </a>
      </EmptyNotice>
    </div>
  );
}
