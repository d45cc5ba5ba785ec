// The first page: find a store by search, by nearness or by country.
import { useEffect } from "preact/hooks";
import { SearchStoresDocument } from "../generated/operations.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { visitedStores } from "../preferences.ts";
import { type HomeRoute, storePath } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { useCell } from "../use-cell.ts";
import { Countries } from "./countries.tsx";
import { FoundStores } from "./found-stores.tsx";
import { HeroPicture } from "./hero-picture.tsx";
import { NearChoice } from "./near-choice.tsx";
import { NearbyStores } from "./nearby-stores.tsx";
import { SearchField } from "./search-field.tsx";

export function HomePage({ route }: { route: HomeRoute }) {
  const { say } = useLanguage();
  const { search, market, near } = route;
  const searching = Boolean(search || market || near);
  useEffect(() => {
    document.title = `carte · ${say.findStore}`;
  }, [say]);
  return (
    <>
      <section class={searching ? "hero hero-small" : "hero"}>
        <div class="wide hero-row">
          <div class="hero-text">
            <h1>{say.tagline}</h1>
            <p class="hero-pitch">
              <StoreTotal />
              {say.pitch}
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
            <Visited />
            <Countries />
          </>
        )}
      </div>
    </>
  );
}

/** The number of stores that the API counts; nothing until it has answered. */
function StoreTotal() {
  const { say } = useLanguage();
  const { data } = useQuery(SearchStoresDocument, { first: 1 });
  if (!data) return null;
  return <span data-testid="store-total">{say.storeCount(data.stores.totalCount)} · </span>;
}

function Visited() {
  const { say } = useLanguage();
  const stores = useCell(visitedStores);
  if (stores.length === 0) return null;
  return (
    <section aria-labelledby="visited">
      <h2 id="visited">{say.visited}</h2>
      <ul class="visited">
        {stores.map(({ id, name, city }) => (
          <li key={id}>
            <a class="visited-store" href={storePath(id)}>
              <Icon name="clock" />
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
