// The head of a store's page: name, address, opening state and hours.

import { useState } from "preact/hooks";
import { formatAddress, localeIn } from "../formatting/address.ts";
import { dateFormat } from "../formatting/formats.ts";
import {
  formatClock,
  formatDay,
  formatWeekday,
  isAllDay,
  weekdayAt,
  weekOf,
} from "../formatting/hours.ts";
import { StoreClosuresDocument } from "../generated/stores.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { favoriteStores, MOST_FAVORITE_STORES, toggleFavoriteStore } from "../preferences.ts";
import { latestSearch } from "../routing.ts";
import { FavoriteButton } from "../shell/favorite-button.tsx";
import { Icon } from "../shell/icon.tsx";
import { useCell } from "../use-cell.ts";
import type { Store } from "./menu-data.ts";
import { OpeningLine } from "./opening-line.tsx";
import { useNow } from "./use-now.ts";

export function StoreHeader({ store, onStale }: { store: Store; onStale: () => void }) {
  const { say, code } = useLanguage();
  const now = useNow();
  const locale = localeIn(code, store.market.id);
  const localTime = dateFormat(locale, {
    timeStyle: "short",
    timeZone: store.timeZone,
  }).format(now);
  // For good, or for as long as the API looks ahead: then the line above alone would say nothing.
  const gone = !store.openNow && !store.opensAt;
  return (
    <header class="store-header">
      <div class="wide store-header-row">
        <div>
          <a class="back-link" href={useCell(latestSearch)}>
            <Icon name="back" />
            {say.home}
          </a>
          <div class="store-title">
            <h1 data-testid="store-name">{store.name}</h1>
            <FavoriteButton
              name={store.name}
              kept={useCell(favoriteStores).some(({ id }) => id === store.id)}
              most={MOST_FAVORITE_STORES}
              oldest={() => favoriteStores.get().at(-1)?.name ?? ""}
              onToggle={(mayReplace) =>
                toggleFavoriteStore(
                  { id: store.id, name: store.name, city: store.address.city },
                  mayReplace,
                )
              }
            />
          </div>
          <p class="store-address">{formatAddress(store.address, store.market.id)}</p>
          <p class="store-map">
            <a
              class="quiet-link"
              href={mapAddress(store)}
              target="_blank"
              rel="noopener noreferrer"
            >
              <Icon name="map" />
              {say.directions}
            </a>
          </p>
        </div>
        <div class="store-times">
          <OpeningLine store={store} now={now} locale={locale} onStale={onStale} />
          {gone && <Closures store={store} locale={locale} />}
          <p class="store-clock">{say.localTime(localTime)}</p>
          {store.hours.length > 0 && (
            <Hours store={store} now={now} locale={locale} closures={!gone} />
          )}
        </div>
      </div>
    </header>
  );
}

interface HoursGiven {
  store: Store;
  now: Date;
  locale: string;
  /** Whether closed days stand below the week. */
  closures: boolean;
}

function Hours({ closures, ...given }: HoursGiven) {
  const { say } = useLanguage();
  const [open, setOpen] = useState(false);
  return (
    <details class="hours" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon name="clock" />
        {say.openingHours}
      </summary>
      {/* Formatters of weekdays and times take longer to make than the rest of the head. */}
      {open && <Week {...given} />}
      {open && closures && <Closures store={given.store} locale={given.locale} />}
    </details>
  );
}

function Week({ store, now, locale }: Omit<HoursGiven, "closures">) {
  const { say } = useLanguage();
  const today = weekdayAt(now, store.timeZone);
  return (
    <table>
      <tbody>
        {weekOf(store.hours).map(({ weekday, spans }) => (
          <tr key={weekday} class={weekday === today ? "today" : undefined}>
            <th scope="row">{formatWeekday(weekday, locale)}</th>
            <td>
              {spans.length === 0 && say.closedAllDay}
              {spans.map((span) => (
                <span key={span.opens}>
                  {isAllDay(span)
                    ? say.allDay
                    : `${formatClock(span.opens, locale)} – ${formatClock(span.closes, locale)}`}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The days on which the store is closed whatever its hours say. */
function Closures({ store, locale }: { store: Store; locale: string }) {
  const { say } = useLanguage();
  const { data } = useQuery(StoreClosuresDocument, { id: store.id }, { quiet: true });
  const { closedDays = [], closedFrom = null } = data?.store ?? {};
  const days = new Intl.ListFormat(locale).format(closedDays.map((day) => formatDay(day, locale)));
  return (
    <div role="status" class="closures">
      {days && <p>{say.closedOn(days)}</p>}
      {closedFrom && <p>{say.closedForGood(formatDay(closedFrom, locale))}</p>}
    </div>
  );
}

const mapAddress = ({ latitude, longitude }: Store): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
