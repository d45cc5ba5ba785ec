// `/ops`: the regions with their traffic and health, draining, the cache, faults and events.
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import { type EdgeEvent, type EdgeStatus, useEdgeStatus } from "./edge-status.ts";
import { RegionCard } from "./region-card.tsx";
import type { OpsTexts } from "./texts/ops-texts.ts";
import { useOpsTexts } from "./texts/use-ops-texts.ts";
import { LAGS_MS, useLags } from "./use-lags.ts";
import "../../styles/stock.css";
import "../../styles/ops.css";

const EVENTS = 20;

export function OpsPage() {
  const texts = useOpsTexts();
  const { code } = useLanguage();
  const { status, rates, trouble, readAt } = useEdgeStatus();
  const lags = useLags(Object.keys(status?.regions ?? {}));
  usePageHead({ title: texts.title });
  if (!status) {
    if (!trouble) return <MenuSkeleton />;
    return (
      <div class="wide staff-home" data-testid="ops">
        <h1>{texts.title}</h1>
        <p>{trouble === "none" ? texts.elsewhere : texts.lost}</p>
      </div>
    );
  }
  const clock = new Intl.DateTimeFormat(code, { timeStyle: "medium" });
  return (
    <div class="wide staff-home ops" data-testid="ops">
      <div class="stock-head">
        <h1>{texts.title}</h1>
        <p class={trouble ? "stock-lost" : "stock-live"} role="status">
          {trouble ? texts.lost : texts.asOf(clock.format(readAt))}
        </p>
      </div>
      <ul class="ops-regions">
        {Object.entries(status.regions).map(([name, region]) => (
          <RegionCard
            key={name}
            name={name}
            region={region}
            rate={rates[name]}
            lag={lags[name]}
            texts={texts}
          />
        ))}
      </ul>
      <p class="stock-soft" data-testid="own-requests">
        {texts.ownRequests((LAGS_MS / 1000).toLocaleString(code))}
      </p>
      <Cache status={status} texts={texts} />
      <Faults status={status} texts={texts} />
      <section class="ops-part" aria-labelledby="ops-events">
        <h2 id="ops-events">{texts.events}</h2>
        <ol class="ops-events">
          {status.events.slice(0, EVENTS).map((event) => (
            <li key={event.seq}>
              <time dateTime={event.at}>{clock.format(new Date(event.at))}</time>{" "}
              <b lang="en">{event.kind}</b> <span lang="en">{detailsOf(event)}</span>
            </li>
          ))}
        </ol>
      </section>
      <p>
        {/* Another document: the edge's own page, with how each place is served. */}
        <a href="/_edge/">{texts.more}</a>
      </p>
    </div>
  );
}

interface Given {
  status: EdgeStatus;
  texts: OpsTexts;
}

function Cache({ status: { cache }, texts }: Given) {
  const { code } = useLanguage();
  const percent = new Intl.NumberFormat(code, { style: "percent", maximumFractionDigits: 1 });
  return (
    <section class="ops-part" aria-labelledby="ops-cache">
      <h2 id="ops-cache">{texts.cache}</h2>
      <p>
        {texts.hits(cache.ratio === null ? "–" : percent.format(cache.ratio))} ·{" "}
        {texts.entries(cache.entries.toLocaleString(code))}
      </p>
    </section>
  );
}

function Faults({ status: { faults }, texts }: Given) {
  return (
    <section class="ops-part" aria-labelledby="ops-faults">
      <h2 id="ops-faults">{texts.faults}</h2>
      {faults === null && <p>{texts.faultsUnknown}</p>}
      {faults?.length === 0 && (
        <p>
          {texts.noFaults} <code>carte fault inject freeze --region eu-west-1 --seconds 60</code>
        </p>
      )}
      <ul>
        {faults?.map((fault) => (
          <li key={fault.id ?? `${fault.kind} ${fault.region}`} lang="en">
            <b>{fault.kind}</b> {fault.region ?? fault.target}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The details of an event as words: `region=eu-west-1 drained=true`. */
export const detailsOf = ({ seq: _, at: __, kind: ___, ...details }: EdgeEvent): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : String(value)}`)
    .join(" ");
