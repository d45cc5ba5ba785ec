// `/ops`: the regions of a local cloud on a map and one by one, charts of up to a day, draining, faults, where clients are
// sent, the cache, requests, events and drills; of a deployed one, what CloudWatch has.
import { useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { ReadingLine } from "../reading-line.tsx";
import { Alarms } from "./alarms.tsx";
import { CachePart } from "./cache-part.tsx";
import { Charts, spanName } from "./charts.tsx";
import { CloudPage } from "./cloud-page.tsx";
import { DrillList } from "./drill-list.tsx";
import { useDrills } from "./drills.ts";
import { EdgeFacts } from "./edge-facts.tsx";
import { useEdgeStatus } from "./edge-status.ts";
import { detailsOf, eventsOf } from "./events.ts";
import { FaultList } from "./fault-list.tsx";
import { FIRST_SPAN, type Span, useHistory } from "./history.ts";
import { PlaceList } from "./place-list.tsx";
import { RegionCard } from "./region-card.tsx";
import { isLast } from "./region-state.ts";
import { RequestList } from "./request-list.tsx";
import { en } from "./texts/en.ts";
import { useOpsTexts } from "./texts/use-ops-texts.ts";
import { WorldMap } from "./world-map.tsx";
import "../../styles/stock.css";
import "../../styles/ops.css";

const EVENTS = 60;

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
  const names = Object.keys(status.regions);
  return (
    <div class="wide staff-home ops" data-testid="ops">
      <div class="stock-head">
        <h1>{texts.title}</h1>
        <ReadingLine
          isLost={trouble !== undefined}
          text={trouble ? texts.lost : texts.asOf(clock.format(readAt))}
        />
      </div>
      {staff.rolesUnknown && <p class="stock-lost">{texts.rolesUnknown}</p>}
      <div class="ops-pair ops-first">
        <Alarms status={status} texts={texts} />
        <FaultList
          faults={status.faults}
          // The first one is the primary region.
          region={names.at(-1) ?? ""}
          cliOptions={status.cli_options}
          texts={texts}
        />
      </div>
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
      <div class="ops-pair">
        <PlaceList places={status.places} regions={names} texts={texts} />
        <CachePart cache={status.cache} texts={texts} />
      </div>
      <div class="ops-pair">
        <RequestList regions={names} texts={texts} />
        <section class="ops-part" aria-labelledby="ops-events" data-testid="events">
          <h2 id="ops-events">{texts.events}</h2>
          <ol
            class="ops-scroll ops-events"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard.
            tabIndex={0}
            aria-label={texts.events}
          >
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
      </div>
      <EdgeFacts status={status} texts={texts} />
      <DrillList runs={runs} cliOptions={status.cli_options} texts={texts} />
    </div>
  );
}
