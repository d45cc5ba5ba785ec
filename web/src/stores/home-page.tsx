// The first page: find a store by search, by nearness or by country.

import { useState } from "preact/hooks";
import { formatCountry } from "../formatting/address.ts";
import { dateFormat } from "../formatting/formats.ts";
import { SearchStoresDocument } from "../generated/operations.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { MOST_ORDERS, placedOrders } from "../orders/placed-orders.ts";
import { favoriteStores, type VisitedStore, visitedStores } from "../preferences.ts";
import { type HomeRoute, homePath, orderPath, storePath } from "../routing.ts";
import { Icon, type IconName } from "../shell/icon.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { useKeptFocus } from "../shell/use-kept-focus.ts";
import { useCell } from "../use-cell.ts";
import { Countries } from "./countries.tsx";
import { FoundStores } from "./found-stores.tsx";
import { HeroPicture } from "./hero-picture.tsx";
import { NearChoice } from "./near-choice.tsx";
import { NearbyStores } from "./nearby-stores.tsx";
import { placeAt } from "./place-at.ts";
import { SearchField } from "./search-field.tsx";

export function HomePage({ route }: { route: HomeRoute }) {
  const { say } = useLanguage();
  const { search, market, near } = route;
  const searching = Boolean(search || market || near);
  usePageHead({ title: useTitle(route), path: homePath(route) });
  return (
    <>
      <section class={searching ? "hero hero-small" : "hero"}>
        <div class="wide hero-row">
          <div class="hero-text">
            <h1>{say.tagline}</h1>
            <p class="hero-pitch">
              {say.pitch}
              <StoreTotal />
            </p>
            <SearchField route={route} />
            <NearChoice route={route} />
          </div>
          <HeroPicture />
        </div>
      </section>
      <div class="wide finder">
        {near ? (
          <NearbyStores place={near} />
        ) : searching ? (
          <FoundStores search={search} market={market} />
        ) : (
          <>
            <Ordered />
            <Favorites />
            <Visited />
            <Countries />
          </>
        )}
      </div>
    </>
  );
}

/** What the page is about: a search, a country, a place, or all stores. */
function useTitle({ search, market, near }: HomeRoute): string {
  const { say, code } = useLanguage();
  if (near) {
    const place = placeAt(near);
    return place ? say.storesNear(say.places[place]) : say.storesNearYou;
  }
  if (search) return say.storesMatching(search);
  return market ? say.storesIn(formatCountry(market, market, code)) : say.findStore;
}

/** The number of stores that the API counts, on a line of its own, which is empty until it has answered. */
function StoreTotal() {
  const { say } = useLanguage();
  const { data } = useQuery(SearchStoresDocument, { first: 1 });
  return (
    <span class="hero-total">
      {data && <b data-testid="store-total">{say.storeCount(data.stores.totalCount)}</b>}
    </span>
  );
}

/** How many of the latest orders are shown at first. */
const ORDERS = 4;

function Ordered() {
  const { say, code } = useLanguage();
  const kept = useCell(placedOrders);
  const [shown, setShown] = useState(ORDERS);
  const orders = kept.slice(0, shown);
  // With the button, the keyboard's place would be gone.
  const end = useKeptFocus<HTMLDivElement>(shown);
  if (orders.length === 0) return null;
  const day = dateFormat(code, { dateStyle: "medium" });
  return (
    <section aria-labelledby="ordered">
      <h2 id="ordered">{say.yourOrders}</h2>
      <ul class="visited">
        {orders.map(({ id, storeName, placedAt }) => (
          <li key={id}>
            <a class="visited-store" data-testid="placed-order" href={orderPath(id)}>
              <Icon name="bag" />
              <span>
                {storeName}
                <small>{say.orderedOn(day.format(placedAt))}</small>
              </span>
            </a>
          </li>
        ))}
      </ul>
      {kept.length >= MOST_ORDERS && (
        <p class="visited-hint" data-testid="orders-full">
          {say.ordersFull(MOST_ORDERS)}
        </p>
      )}
      <div ref={end} tabIndex={-1}>
        {kept.length > shown && (
          <button
            type="button"
            class="button button-quiet"
            data-testid="more-orders"
            onClick={() => setShown(kept.length)}
          >
            {say.showMore}
          </button>
        )}
      </div>
    </section>
  );
}

function Favorites() {
  const { say } = useLanguage();
  return (
    <KeptStores
      id="favorites"
      heading={say.favoriteStores}
      icon="heart"
      stores={useCell(favoriteStores)}
    />
  );
}

function Visited() {
  const { say } = useLanguage();
  const favorites = new Set(useCell(favoriteStores).map(({ id }) => id));
  const stores = useCell(visitedStores).filter(({ id }) => !favorites.has(id));
  return <KeptStores id="visited" heading={say.visited} icon="clock" stores={stores} />;
}

interface KeptGiven {
  id: string;
  heading: string;
  icon: IconName;
  stores: readonly VisitedStore[];
}

/** Stores that this device keeps; nothing where there is none. */
function KeptStores({ id: section, heading, icon, stores }: KeptGiven) {
  if (stores.length === 0) return null;
  return (
    <section aria-labelledby={section}>
      <h2 id={section}>{heading}</h2>
      <ul class="visited">
        {stores.map(({ id, name, city }) => (
          <li key={id}>
            <a class="visited-store" href={storePath(id)}>
              <Icon name={icon} />
              <span>
                {name}
                <small>{city}</small>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
