// "Near me": the position from the browser, or a city that is chosen from a list.
import { useEffect, useState } from "preact/hooks";
import { MarketsDocument } from "../generated/operations.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { isPlaceId, PLACE_IDS, PLACES } from "../places.ts";
import { type HomeRoute, homePath, navigate } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { placeAt } from "./place-at.ts";

type Locating = "idle" | "locating" | "denied" | "failed";

export function NearChoice({ route }: { route: HomeRoute }) {
  const { say } = useLanguage();
  const [locating, setLocating] = useState<Locating>("idle");
  const { data } = useQuery(MarketsDocument, {});
  const sold = data && new Set(data.markets.map(({ id }) => id));
  const address = homePath(route);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was denied is no answer to another search.
  useEffect(() => setLocating("idle"), [address]);

  const locate = () => {
    setLocating("locating");
    findBrowser()
      .then(({ coords }) => {
        setLocating("idle");
        const near = { latitude: round(coords.latitude), longitude: round(coords.longitude) };
        navigate(homePath({ near }));
      })
      .catch((error: GeolocationPositionError | undefined) =>
        setLocating(error?.code === 1 ? "denied" : "failed"),
      );
  };

  return (
    <div class="near-choice">
      <button
        type="button"
        class="button"
        // Not `disabled`: that would drop the focus.
        aria-disabled={locating === "locating"}
        onClick={() => locating !== "locating" && locate()}
      >
        <Icon name="locate" />
        {locating === "locating" ? say.locating : say.nearMe}
      </button>
      <label class="picker picker-large">
        <Icon name="pin" />
        <span class="visually-hidden">{say.nearPlace}</span>
        <select
          data-testid="near-place"
          value={placeAt(route.near) ?? ""}
          onChange={(event) => {
            const id = event.currentTarget.value;
            setLocating("idle");
            if (isPlaceId(id)) navigate(homePath({ near: PLACES[id] }));
          }}
        >
          <option value="" disabled>
            {say.nearPlaceChoose}
          </option>
          {PLACE_IDS.filter((id) => !sold || sold.has(PLACES[id].market)).map((id) => (
            <option key={id} value={id}>
              {say.places[id]}
            </option>
          ))}
        </select>
      </label>
      <p class="near-message" role="status">
        {locating === "denied" && say.locationDenied}
        {locating === "failed" && say.locationFailed}
      </p>
    </div>
  );
}

/** Three decimals are about 100 m: enough to sort stores, and the address holds no exact position. */
const round = (degrees: number): number => Math.round(degrees * 1000) / 1000;

const findBrowser = (): Promise<GeolocationPosition> =>
  new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(undefined);
    const options = { timeout: 10_000, maximumAge: 300_000 };
    navigator.geolocation.getCurrentPosition(resolve, reject, options);
  });
