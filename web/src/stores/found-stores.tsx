// The stores that match a search, in all countries or in one.
import { formatCountry } from "../formatting/address.ts";
import { useLanguage } from "../i18n/language.ts";
import { homePath } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { StoreList, StoreListSkeleton } from "./store-list.tsx";
import { useStoreSearch } from "./use-store-search.ts";

export function FoundStores({ search, market }: { search: string; market: string }) {
  const { say, code } = useLanguage();
  const found = useStoreSearch(search, market);
  const country = market && formatCountry(market, market, code);
  return (
    <section aria-labelledby="found">
      <div class="finder-head">
        <h2 id="found">{search ? say.storesMatching(search) : say.storesIn(country)}</h2>
        {market && (
          <a class="tag" href={homePath({ search })}>
            {search ? country : say.backToAll}
            <Icon name="close" />
          </a>
        )}
        <p class="finder-count" role="status">
          {found.stores ? say.storeCount(found.total) : found.loading && say.searching}
        </p>
      </div>
      {found.stores
        ? found.stores.length > 0 && (
            <StoreList stores={found.stores.map((store) => ({ store }))} busy={found.loading} />
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
          disabled={found.loading}
          onClick={found.showMore}
        >
          {say.showMore}
        </button>
      )}
    </section>
  );
}
