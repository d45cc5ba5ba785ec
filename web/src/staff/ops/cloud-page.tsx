// `/ops` of a deployed site: charts, cards and alarms of the regions, as their CloudWatch has them.
import { useState } from "preact/hooks";
import { usePolling } from "../../graphql/use-polling.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import type { Staff } from "../account/staff.ts";
import { ReadingLine } from "../reading-line.tsx";
import { StaffPageFailure } from "../staff-failure.tsx";
import { Charts, spanName } from "./charts.tsx";
import { type CloudRegion, cloudHistory, latestRate, readCloud } from "./cloud.ts";
import { FIRST_SPAN, type RegionColumns, type Span } from "./history.ts";
import { Facts, figuresOfNow, figuresOfSpan } from "./region-facts.tsx";
import type { OpsTexts } from "./texts/ops-texts.ts";

const EVERY_MS = 60_000;

export function CloudPage({ staff, texts }: { staff: Staff; texts: OpsTexts }) {
  const { code } = useLanguage();
  const [span, setSpan] = useState<Span>(FIRST_SPAN);
  const { data, at, failure, refresh } = usePolling(
    (signal) => readCloud(span, staff.send, signal),
    [span, staff.send],
    { everyMs: () => EVERY_MS },
  );
  if (!data) {
    return failure ? (
      <StaffPageFailure title={texts.title} failure={failure} retry={refresh} />
    ) : (
      <MenuSkeleton />
    );
  }
  const { regions, available } = data.figures;
  if (!available) {
    return (
      <div class="wide staff-home" data-testid="ops">
        <h1>{texts.title}</h1>
        <p>{texts.elsewhere}</p>
      </div>
    );
  }
  const history = cloudHistory(data);
  const clock = new Intl.DateTimeFormat(code, { timeStyle: "medium" });
  const read = at ? clock.format(at) : "–";
  return (
    <div class="wide staff-home ops" data-testid="ops" data-source="cloudwatch">
      <div class="stock-head">
        <h1>{texts.title}</h1>
        <ReadingLine
          isLost={failure !== undefined}
          text={failure ? texts.cloudLost(read) : texts.cloudAsOf(read)}
        />
      </div>
      <CloudAlarms regions={regions} texts={texts} />
      <Charts history={history} span={span} onSpan={setSpan} texts={texts} />
      <ul class="ops-regions">
        {regions.map((region) => (
          <CloudCard
            key={region.region}
            region={region}
            columns={history.regions[region.region]}
            span={`${texts.span}: ${spanName(data.span, code)}`}
            texts={texts}
          />
        ))}
      </ul>
      <p class="stock-soft">
        <small>{texts.cloudNote}</small>
      </p>
    </div>
  );
}

/** Regions of which nothing is known, and the alarms of the others, the latest first. */
function CloudAlarms({ regions, texts }: { regions: readonly CloudRegion[]; texts: OpsTexts }) {
  const { code } = useLanguage();
  const when = new Intl.DateTimeFormat(code, { dateStyle: "medium", timeStyle: "short" });
  const unknown = regions.filter(({ reachable }) => !reachable);
  const ringing = regions
    .flatMap(({ region, alarms }) => alarms.map((alarm) => ({ region, ...alarm })))
    .sort((one, other) => Date.parse(other.since) - Date.parse(one.since));
  return (
    <section aria-labelledby="ops-alarms" data-testid="alarms">
      <h2 id="ops-alarms">{texts.alarms}</h2>
      <div role="status">
        {unknown.length + ringing.length === 0 && <p>{texts.noAlarms}</p>}
        <ul class="ops-alarms">
          {unknown.map(({ region, problem }) => (
            <li key={region} class="staff-wrong" data-testid="unreachable">
              {texts.unreachable(region)} {problem && <span lang="en">({problem})</span>}
            </li>
          ))}
          {ringing.map(({ region, name, since, reason }) => (
            <li key={`${region} ${name}`} class="staff-wrong" data-testid="alarm">
              <b>
                {region}: <span lang="en">{name}</span>
              </b>
              , {texts.ringsSince(when.format(new Date(since)))}
              {reason && (
                <>
                  <br />
                  <small lang="en">{reason}</small>
                </>
              )}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

interface CardGiven {
  region: CloudRegion;
  columns: RegionColumns | undefined;
  /** How the time of the figures is called. */
  span: string;
  texts: OpsTexts;
}

function CloudCard({ region, columns, span, texts }: CardGiven) {
  const { code } = useLanguage();
  const { region: name, reachable, alarms } = region;
  const [state, stateText] = !reachable
    ? ["drained", texts.noAnswer]
    : alarms.length > 0
      ? ["unhealthy", texts.alarmCount(alarms.length.toLocaleString(code))]
      : ["healthy", texts.quiet];
  return (
    <li class="office-card" data-testid="region" data-region={name} data-state={state}>
      <h2 class="office-person">
        {name} <span class={`ops-state ops-${state}`}>{stateText}</span>
      </h2>
      <Facts title={texts.latest} facts={figuresOfNow(columns, latestRate(region), texts, code)} />
      <Facts title={span} facts={figuresOfSpan(columns, texts, code)} />
    </li>
  );
}
