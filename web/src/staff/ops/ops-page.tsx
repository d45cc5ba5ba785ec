// `/ops`: the regions of a local cloud on a map and one by one, charts of up to a day, draining, the cache, faults,
// events and drills; of a deployed one, what CloudWatch has.
import { useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { Alarms } from "./alarms.tsx";
import { Charts, spanName } from "./charts.tsx";
import { CloudPage } from "./cloud-page.tsx";
import { DrillList } from "./drill-list.tsx";
import { useDrills } from "./drills.ts";
import { type EdgeStatus, useEdgeStatus } from "./edge-status.ts";
import { detailsOf, eventsOf } from "./events.ts";
import { FIRST_SPAN, type Span, useHistory } from "./history.ts";
import { RegionCard } from "./region-card.tsx";
import { isLast } from "./region-state.ts";
import { en } from "./texts/en.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";
import { useOpsTexts } from "./texts/use-ops-texts.ts";
import { WorldMap } from "./world-map.tsx";
import "../../styles/stock.css";
import "../../styles/ops.css";

const EVENTS = 20;

export function OpsPage({ staff }: { staff: Staff }) {
  const texts = useOpsTexts();
  const { code } = useLanguage();
  const { status, rates, trouble, readAt } = useEdgeStatus();
  const [span, setSpan] = useState<Span>(FIRST_SPAN);
  const history = useHistory(status && span);
  const runs = useDrills(status !== undefined);
  usePageHead({ title: texts?.title ?? en.title });
  if (!texts || (!status && !trouble)) return <MenuSkeleton />;
  if (!status && trouble === "none") return <CloudPage staff={staff} texts={texts} />;
  if (!status) {
    return (
      <div class="wide staff-home" data-testid="ops">
        <h1>{texts.title}</h1>
        <p>{texts.lost}</p>
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
      <Alarms status={status} texts={texts} />
      <WorldMap regions={status.regions} places={status.places} rates={rates} texts={texts} />
      <Charts history={history} span={span} onSpan={setSpan} texts={texts} />
      <ul class="ops-regions">
        {Object.entries(status.regions).map(([name, region]) => (
          <RegionCard
            key={name}
            name={name}
            region={region}
            isLast={isLast(name, status.regions)}
            rate={rates[name]}
            columns={history?.regions[name]}
            span={`${texts.span}: ${spanName(span, code)}`}
            texts={texts}
          />
        ))}
      </ul>
      <Cache status={status} texts={texts} />
      <Faults status={status} texts={texts} />
      <section class="ops-part" aria-labelledby="ops-events">
        <h2 id="ops-events">{texts.events}</h2>
        <ol class="ops-events" data-testid="events">
          {eventsOf(status.events, history?.events, EVENTS).map((event) => (
            <li key={`${event.at} ${event.kind} ${detailsOf(event)}`}>
              <time dateTime={new Date(event.at * 1000).toISOString()}>
                {clock.format(event.at * 1000)}
              </time>{" "}
              <b lang="en">{event.kind}</b> <span lang="en">{detailsOf(event)}</span>
            </li>
          ))}
        </ol>
      </section>
      <DrillList runs={runs} texts={texts} />
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
