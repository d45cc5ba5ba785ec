// A store's page: where it is, whether it is open, and its menu.
import { useEffect } from "preact/hooks";
import { formatAddress } from "../formatting/address.ts";
import { useLanguage } from "../i18n/language.ts";
import { rememberVisit } from "../preferences.ts";
import { storePath } from "../routing.ts";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { KeptNotice } from "./kept-notice.tsx";
import { MenuBody } from "./menu-body.tsx";
import { MenuSkeleton } from "./menu-skeleton.tsx";
import { restaurantOf } from "./store-data.ts";
import { StoreHeader } from "./store-header.tsx";
import { useMenu } from "./use-menu.ts";

export function StorePage({ id }: { id: string }) {
  const { say } = useLanguage();
  const { data, failure, loading, kept, reload } = useMenu(id);
  const menu = data?.menu;
  const store = menu?.store;

  useEffect(() => {
    if (store) rememberVisit({ id: store.id, name: store.name, city: store.address.city });
  }, [store]);
  const path = storePath(id);
  usePageHead({
    title: store ? `${store.name} · ${say.menu}` : data ? say.notFound : say.menu,
    early: !data,
    description: store && `${formatAddress(store.address, store.market.id)} · ${say.openingHours}`,
    path: data && !store ? undefined : path,
    picture: menu?.categories[0]?.items[0]?.imageUrl,
    data: menu ? restaurantOf(menu, location.origin + path) : undefined,
  });

  if (menu) {
    return (
      <article class={loading ? "store-page is-reloading" : "store-page"} aria-busy={loading}>
        <StoreHeader store={menu.store} onStale={reload} />
        <KeptNotice kept={kept} />
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
  return data ? <NoSuchStore id={id} /> : <MenuSkeleton text={say.loadingMenu} />;
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
