// One region: its state, its traffic now and in the chosen time, and draining it after a second press.
import { useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import { useKeptFocus } from "../../shell/use-kept-focus.ts";
import { drain } from "./edge-commands.ts";
import { type EdgeRegion, percentile } from "./edge-status.ts";
import { type RegionColumns, totalsOf } from "./history.ts";
import { type Fact, Facts, figuresOfNow, figuresOfSpan, writeFigure } from "./region-facts.tsx";
import { stateOf } from "./region-state.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

interface Given {
  name: string;
  region: EdgeRegion;
  /** No other region is left that takes requests. */
  isLast: boolean;
  /** Requests a second; undefined: not known yet. */
  rate: number | undefined;
  /** Its figures of the chosen time; undefined: not known yet. */
  columns: RegionColumns | undefined;
  /** How the chosen time is called. */
  span: string;
  texts: OpsTexts;
}

export function RegionCard({ name, region, isLast, rate, columns, span, texts }: Given) {
  const { code } = useLanguage();
  const state = stateOf(region);
  const times = region.recent_checks.filter(({ passed }) => passed).map(({ ms }) => ms);
  const number = (value: number | undefined, unit: string) => writeFigure(code, value, unit);
  const share = (value: number | undefined) =>
    value === undefined
      ? "–"
      : value.toLocaleString(code, { style: "percent", maximumFractionDigits: 1 });
  const clock = new Intl.DateTimeFormat(code, { timeStyle: "medium" });
  const [perSecond, ...latestOnes] = figuresOfNow(columns, rate, texts, code);
  const now: Fact[] = [
    ...(perSecond ? [perSecond] : []),
    [texts.inFlight, number(region.in_flight, "")],
    ...latestOnes,
    [texts.median, number(percentile(times, 0.5), "ms")],
    [texts.slowest, number(percentile(times, 0.95), "ms")],
    [texts.lastCheck, checkOf(region, number)],
    [texts.stateSince, clock.format(new Date(region.since))],
    [texts.withoutAnswer, failuresOf(region, code)],
  ];
  const inSpan = figuresOfSpan(columns, texts, code);
  const since: Fact[] = [
    ...inSpan.slice(0, 2),
    [texts.fromCache, share(totalsOf(columns)?.hitShare)],
    ...inSpan.slice(2),
  ];
  return (
    <li class="office-card" data-testid="region" data-region={name} data-state={state}>
      <h2 class="office-person">
        {name} <span class={`ops-state ops-${state}`}>{texts[state]}</span>
        {region.drain_flag !== region.drained && <small>{texts.onItsWay}</small>}
      </h2>
      <Facts title={texts.now} facts={now} />
      <Facts title={span} facts={since} />
      <Checks region={region} texts={texts} />
      <Drain {...{ name, isLast, texts }} drained={region.drain_flag} />
    </li>
  );
}

/** `status 200, 12 ms`, or why it failed. */
const checkOf = (
  { last_check: last }: EdgeRegion,
  number: (value: number | undefined, unit: string) => string,
): string => [last?.reason ?? "–", ...(last?.passed ? [number(last.ms, "ms")] : [])].join(", ");

/** `2 timeout, 1 connect`: requests without a complete answer, by kind. */
const failuresOf = ({ failures }: EdgeRegion, code: string): string =>
  Object.entries(failures)
    .map(([kind, times]) => `${times.toLocaleString(code)} ${kind}`)
    .join(", ") || "0";

/** The times of the latest health checks as bars, the oldest first. */
function Checks({
  region: { recent_checks: checks },
  texts,
}: {
  region: EdgeRegion;
  texts: OpsTexts;
}) {
  const most = Math.max(1, ...checks.map(({ ms }) => ms));
  const failed = checks.filter(({ passed }) => !passed).length;
  return (
    <figure class="ops-figure">
      <svg
        class="ops-checks"
        viewBox={`0 0 ${Math.max(1, checks.length) * 4} 24`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {checks.map(({ passed, ms }, at) => {
          const height = passed ? Math.max(2, (ms / most) * 22) : 22;
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the bars have places, and nothing else.
              key={at}
              class={passed ? "ops-passed" : "ops-failed"}
              x={at * 4}
              y={24 - height}
              width={3}
              height={height}
            />
          );
        })}
      </svg>
      <figcaption class="stock-soft">
        <small>{texts.checks(String(checks.length), String(failed))}</small>
      </figcaption>
    </figure>
  );
}

interface DrainGiven extends Pick<Given, "name" | "isLast" | "texts"> {
  drained: boolean;
}

function Drain({ name, isLast, drained, texts }: DrainGiven) {
  const [asking, setAsking] = useState(false);
  const [failed, setFailed] = useState(false);
  const acts = useKeptFocus<HTMLDivElement>(asking);
  const set = async (wanted: boolean) => {
    setAsking(false);
    setFailed(!(await drain(name, wanted)).ok);
  };
  return (
    <div class="office-acts" ref={acts}>
      {asking ? (
        <>
          <span role="alert">{isLast ? texts.sureLast(name) : texts.sure(name)}</span>
          <button type="button" class="button" data-testid="drain-yes" onClick={() => set(true)}>
            {texts.yes}
          </button>
          {/* Enter that is held down drains nothing. */}
          <button
            type="button"
            class="button button-quiet"
            data-focus
            onClick={() => setAsking(false)}
          >
            {texts.no}
          </button>
        </>
      ) : (
        <button
          type="button"
          class="button button-quiet"
          data-testid="drain"
          onClick={() => (drained ? void set(false) : setAsking(true))}
        >
          {drained ? texts.takeBack : texts.drain}
          <span class="visually-hidden"> {name}</span>
        </button>
      )}
      <p role="alert" class="stock-wrong">
        {failed && texts.failed}
      </p>
    </div>
  );
}
