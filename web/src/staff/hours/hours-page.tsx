// `/staff/<store>/hours`: the week of opening hours, closed days, and, for whoever may, closing for good.
import { useRef } from "preact/hooks";
import { localeIn } from "../../formatting/address.ts";
import { formatDay } from "../../formatting/hours.ts";
import { StoreHoursDocument } from "../../generated/hours.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { permits } from "../session/grants.ts";
import { StaffPageFailure } from "../staff-failure.tsx";
import { ClosedDays } from "./closed-days.tsx";
import { ForGood } from "./for-good.tsx";
import type { HoursGiven } from "./hours-given.ts";
import { useHoursTexts } from "./texts/use-hours-texts.ts";
import { WeekForm } from "./week-form.tsx";
import "../../styles/stock.css";
import "../../styles/hours.css";

const POLL_MS = 20_000;

export function HoursPage({ storeId, staff }: { storeId: string; staff: Staff }) {
  const texts = useHoursTexts();
  const { forbidden } = useAccountTexts();
  const { say, code } = useLanguage();
  const { data, failure, refresh, put } = usePolledQuery(
    StoreHoursDocument,
    { storeId },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  const latest = useRef(data);
  latest.current = data;
  usePageHead({ title: texts.title });
  if (!data) {
    if (!failure) return <MenuSkeleton />;
    return <StaffPageFailure title={texts.title} failure={failure} retry={refresh} />;
  }
  const { store } = data;
  if (!store) return <Alone title={texts.title} text={say.notFound} />;
  const place = { storeId, market: store.market.id };
  if (!permits(staff.roles, "SET_HOURS", place)) {
    return <Alone title={texts.title} text={forbidden} />;
  }
  const onSaved: HoursGiven["onSaved"] = (changed) => {
    put({ store: { ...store, ...latest.current?.store, ...changed } });
    refresh();
  };
  const given = {
    storeId,
    staff,
    texts,
    refresh,
    onSaved,
    store,
    locale: localeIn(code, store.market.id),
  };
  return (
    <div class="wide stock" data-testid="hours">
      <h1>
        {texts.title} <span class="stock-store">{store.name}</span>
      </h1>
      <p class="stock-soft">{texts.zone(zoneText(store.timeZone, given.locale))}</p>
      <WeekForm {...given} />
      <ClosedDays {...given} />
      {permits(staff.roles, "CLOSE_STORE", place) ? (
        <ForGood {...given} />
      ) : (
        <ClosedForGood {...given} />
      )}
    </div>
  );
}

/** What a manager sees of it, who cannot change it. */
function ClosedForGood({ store, texts, locale }: HoursGiven) {
  const { say } = useLanguage();
  if (!store.closedFrom) return null;
  return (
    <p class="staff-wrong">
      {say.closedForGood(formatDay(store.closedFrom, locale))}. {texts.askOffice}
    </p>
  );
}

/** "Central European Time, 2:05 PM": the zone by its name, and what its clocks show. */
const zoneText = (timeZone: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "long",
  }).format(new Date());

function Alone({ title, text }: { title: string; text: string }) {
  return (
    <div class="wide staff-home">
      <h1>{title}</h1>
      <p class="staff-wrong" role="alert">
        {text}
      </p>
    </div>
  );
}
