// The latest drills: what was taken away and when, what failed, and the verdict.
import { useLanguage } from "../../i18n/language.ts";
import { type DrillRun, drillFaults, sinceFault } from "./drills.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

const WIDTH = 600;
const HEIGHT = 32;

interface Given {
  runs: readonly DrillRun[] | undefined;
  /** By which `carte` finds this cloud. */
  cliOptions: string;
  texts: OpsTexts;
}

export function DrillList({ runs, cliOptions, texts }: Given) {
  return (
    <section aria-labelledby="ops-drills" data-testid="drills">
      <h2 id="ops-drills">{texts.drills}</h2>
      {runs?.length === 0 && (
        <p>
          {texts.noDrills}{" "}
          <code>{["carte drill run sudden-loss", cliOptions].join(" ").trim()}</code>
        </p>
      )}
      <ul class="ops-drills">
        {runs?.map((run) => (
          <Drill key={run.run} run={run} texts={texts} />
        ))}
      </ul>
    </section>
  );
}

function Drill({ run, texts }: { run: DrillRun; texts: OpsTexts }) {
  const { code } = useLanguage();
  const when = new Intl.DateTimeFormat(code, { dateStyle: "short", timeStyle: "medium" });
  const seconds = (value: number) =>
    `${value.toLocaleString(code, { maximumFractionDigits: 1, signDisplay: "exceptZero" })}\u00a0s`;
  const figure = (value: number | null) => value?.toLocaleString(code) ?? "–";
  const [verdict, state] = stateOf(run, texts);
  return (
    <li class="office-card" data-testid="drill" data-verdict={run.verdict ?? ""}>
      <h3 class="office-person">
        <span lang="en">{run.title}</span> <span class={`ops-state ops-${state}`}>{verdict}</span>
      </h3>
      {run.began !== null && (
        <p class="stock-soft">
          <time dateTime={new Date(run.began * 1000).toISOString()}>
            {when.format(run.began * 1000)}
          </time>
          {run.verdict === null && run.ended !== null && (
            // Of a drill that hangs, or was killed: since when nothing more was heard of it.
            <span data-testid="latest-news">
              {" "}
              · {texts.latestNews(when.format(run.ended * 1000))}
            </span>
          )}
        </p>
      )}
      <Lane run={run} />
      <details>
        <summary>
          {texts.timeline}
          <span class="visually-hidden" lang="en">
            {" "}
            {run.title}
          </span>
        </summary>
        <ol class="ops-events" lang="en">
          {run.marks.map((mark, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: several marks may have one moment and one name.
            <li key={at} class={`ops-what-${mark.what}`}>
              <span class="ops-number">{seconds(sinceFault(run, mark.at))}</span> <b>{mark.what}</b>{" "}
              {[mark.kind, mark.region, mark.text].filter(Boolean).join(" ")}
            </li>
          ))}
        </ol>
      </details>
      {run.unmet.length > 0 && (
        <>
          <h4 class="ops-small">{texts.unmet}</h4>
          <ul class="ops-events" lang="en">
            {run.unmet.map(({ figure: name, measured, limit, at_least: least }) => (
              <li key={name}>
                <b>{name}</b> {figure(measured)} ({least ? "≥" : "≤"} {figure(limit)})
              </li>
            ))}
          </ul>
        </>
      )}
      {run.failures.length > 0 && (
        <>
          <h4 class="ops-small">{texts.wrong}</h4>
          <ul class="ops-events" lang="en">
            {run.failures.map(({ times, route, error, region }) => (
              <li key={`${route} ${error} ${region}`}>
                {figure(times)} × {[route, error, region].filter(Boolean).join(" ")}
              </li>
            ))}
          </ul>
        </>
      )}
    </li>
  );
}

function stateOf({ verdict, running }: DrillRun, texts: OpsTexts): [string, string] {
  if (verdict === "pass") return [texts.passed, "healthy"];
  if (verdict !== null) return [texts.notPassed, "unhealthy"];
  return running ? [texts.running, "healthy"] : [texts.noReport, "drained"];
}

/** The run from its first mark to its last one: faults as bands, what the edge decided as ticks. */
function Lane({ run }: { run: DrillRun }) {
  const { began, ended, marks } = run;
  if (began === null || ended === null) return null;
  const x = (at: number) => ((at - began) / Math.max(0.001, ended - began)) * WIDTH;
  return (
    <svg
      class="ops-lane"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <line class="ops-cursor" x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      {drillFaults(run).map(({ at, until, kind, region }) => (
        <rect
          key={`${at} ${kind} ${region}`}
          class="ops-fault-band"
          x={x(at)}
          y={4}
          width={Math.max(3, x(until) - x(at))}
          height={HEIGHT - 8}
        />
      ))}
      {marks
        .filter(({ what }) => what === "edge")
        .map(({ at, kind, region }) => (
          <line
            key={`${at} ${kind} ${region}`}
            class="ops-tick"
            x1={x(at)}
            x2={x(at)}
            y1={6}
            y2={HEIGHT - 6}
          />
        ))}
    </svg>
  );
}
