// The stores that match a search, in all countries or in one.
import { useEffect, useRef } from "preact/hooks";
import { formatCountry } from "../formatting/address.ts";
import { useLanguage } from "../i18n/language.ts";
import { openFirst } from "../preferences.ts";
import { homePath } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { useCell } from "../use-cell.ts";
import { StoreList, StoreListSkeleton } from "./store-list.tsx";
import { useStoreSearch } from "./use-store-search.ts";

export function FoundStores({ search, market }: { search: string; market: string }) {
  const { say, code } = useLanguage();
  const found = useStoreSearch(search, market);
  const focusFrom = useRef<number>(undefined);
  const shown = found.stores?.length ?? 0;
  useEffect(() => {
    const from = focusFrom.current;
    if (from === undefined || shown <= from) return;
    focusFrom.current = undefined;
    document.querySelectorAll<HTMLElement>("[data-result]")[from]?.focus({ preventScroll: true });
  }, [shown]);
  // Where the heading names the country, the stores do not.
  const listedIn = market ? "" : undefined;
  const country = market && formatCountry(market, market, code);
  return (
    <section aria-labelledby="found">
      <div class="finder-head">
        <h2 id="found">{search ? say.storesMatching(search) : say.storesIn(country)}</h2>
        {market && (
          <a class="tag" href={homePath({ search })}>
            <span class="visually-hidden">{say.clearSearch} </span>
            {country}
            <Icon name="close" />
          </a>
        )}
        <label class="allergen choice">
          <input
            type="checkbox"
            data-testid="open-first"
            checked={useCell(openFirst)}
            onChange={(event) => openFirst.set(event.currentTarget.checked)}
          />
          <span>{say.openFirst}</span>
        </label>
        <p class="finder-count" role="status">
          {found.stores ? say.storeCount(found.total) : found.loading && say.searching}
        </p>
      </div>
      {found.stores
        ? found.stores.length > 0 && (
            <StoreList
              stores={found.stores.map((store) => ({
                store,
                aside:
                  store.openNow === undefined ? listedIn : store.openNow ? say.openNow : say.closed,
              }))}
              busy={found.loading}
            />
          )
        : !found.failure && <StoreListSkeleton />}
      {found.stores?.length === 0 && !found.loading && (
        <EmptyNotice>
          <p>{say.noStores}</p>
        </EmptyNotice>
      )}
      {found.failure && <FailureNotice failure={found.failure} retry={found.reload} />}
      {found.showMore && !found.failure && (
        <button
          type="button"
          class="button show-more"
          // Not `disabled`: that would drop the focus, which goes on to the first new store.
          aria-disabled={found.loading}
          onClick={() => {
            if (found.loading) return;
            focusFrom.current = found.stores?.length;
            found.showMore?.();
          }}
        >
          {say.showMore}
        </button>
      )}
    </section>
  );
}
