// The stores around a point, nearest first, looking further when there is none.
import { useEffect, useState } from "preact/hooks";
import { formatDistance, usesMiles } from "../formatting/address.ts";
import { NearbyStoresDocument } from "../generated/operations.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import type { Place } from "../places.ts";
import { Icon } from "../shell/icon.tsx";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { useKeptFocus } from "../shell/use-kept-focus.ts";
import { placeAt } from "./place-at.ts";
import { StoreList, StoreListSkeleton } from "./store-list.tsx";

/** Kilometres; the last is as far as the service looks. */
const RADII = [25, 100, 500] as const;
/** Stores that are shown at first, and as many as the service lists. */
const COUNT = 30;
const MOST = 100;

export function NearbyStores({ place }: { place: Place }) {
  const { say, code } = useLanguage();
  const [step, setStep] = useState(0);
  const [first, setFirst] = useState(COUNT);
  const { latitude, longitude } = place;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place starts near again.
  useEffect(() => {
    setStep(0);
    setFirst(COUNT);
  }, [latitude, longitude]);
  const radiusKm = RADII[step] ?? RADII[0];
  const wider = RADII[step + 1];
  const variables = { latitude, longitude, radiusKm, first };
  const { data, failure, loading, reload } = useQuery(NearbyStoresDocument, variables);
  const miles = usesMiles(navigator.languages);
  const known = placeAt(place);
  const stores = failure ? undefined : data?.storesNear;
  // There may be more of them further away than the last.
  const requested = loading ? COUNT : first;
  const isPart = stores !== undefined && stores.length >= requested;
  const hasMore = isPart && requested < MOST;
  // After the last the button goes, and the keyboard's place is at the end of the list.
  const end = useKeptFocus<HTMLDivElement>(hasMore);
  const countText = isPart ? say.nearestStores : say.storeCount;
  return (
    <section aria-labelledby="near">
      <div class="finder-head">
        <h2 id="near">{known ? say.storesNear(say.places[known]) : say.storesNearYou}</h2>
        <a class="tag" href="/">
          <span class="visually-hidden">{say.clearSearch} </span>
          {known ? say.places[known] : say.nearMe}
          <Icon name="close" />
        </a>
        <p class="finder-count" role="status">
          {loading && !stores ? say.searching : stores && countText(stores.length)}
        </p>
      </div>
      {!stores && !failure && <StoreListSkeleton />}
      {stores && stores.length > 0 && (
        <StoreList
          busy={loading}
          stores={stores.map(({ store, distanceKm }) => ({
            store,
            aside: formatDistance(distanceKm, code, miles),
          }))}
        />
      )}
      <div ref={end} tabIndex={-1}>
        {hasMore && (
          <button
            type="button"
            class="button show-more"
            aria-disabled={loading}
            onClick={() => !loading && setFirst(MOST)}
          >
            {say.showMore}
          </button>
        )}
      </div>
      {stores?.length === 0 && !loading && (
        <EmptyNotice>
          <p>{say.noStoresNear(formatDistance(radiusKm, code, miles))}</p>
          {wider && (
            <button type="button" class="button" onClick={() => setStep(step + 1)}>
              {say.searchFurther(formatDistance(wider, code, miles))}
            </button>
          )}
        </EmptyNotice>
      )}
      {failure && <FailureNotice failure={failure} retry={reload} />}
    </section>
  );
}
