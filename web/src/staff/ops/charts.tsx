// Charts of the chosen time: requests, slowest answers and failed requests, with what happened meanwhile.
import { useId, useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import {
  columnsOf,
  faultSpans,
  type History,
  latestStep,
  ratesOfSteps,
  type Series,
  SPANS,
  type Span,
} from "./history.ts";
import { LineChart } from "./line-chart.tsx";
import type { OpsTexts } from "./texts/ops-texts.ts";

interface Given {
  history: History | undefined;
  span: Span;
  onSpan: (span: Span) => void;
  texts: OpsTexts;
}

export function Charts({ history, span, onSpan, texts }: Given) {
  const { code } = useLanguage();
  const name = useId();
  return (
    <section aria-labelledby="ops-charts" data-testid="charts">
      <h2 id="ops-charts">{texts.history}</h2>
      <fieldset class="stock-filters">
        <legend class="visually-hidden">{texts.span}</legend>
        {SPANS.map((one) => (
          <label key={one} class="stock-filter">
            <input
              type="radio"
              name={name}
              checked={span === one}
              data-testid={`span-${one}`}
              onChange={() => onSpan(one)}
            />
            {spanName(one, code)}
          </label>
        ))}
      </fieldset>
      <div class="ops-charts" aria-busy={!history}>
        {history && <Drawn history={history} texts={texts} />}
      </div>
    </section>
  );
}

function Drawn({ history, texts }: { history: History; texts: OpsTexts }) {
  const { code } = useLanguage();
  const { at, step_seconds: step, events } = history;
  const [moment, setMoment] = useState<number>();
  // A moment, not a step: the steps move on.
  const found = moment === undefined ? -1 : at.findLastIndex((begins) => begins <= moment);
  const chosen = found < 0 ? latestStep(history) : found;
  const choose = (index: number) => setMoment(at[index]);
  const clock = new Intl.DateTimeFormat(code, { timeStyle: step < 60 ? "medium" : "short" });
  const short = new Intl.DateTimeFormat(code, { timeStyle: "short" });
  const writeTime = (seconds: number) => short.format(seconds * 1000);
  const charts = chartsOf(history, texts, code);
  const shared = {
    at,
    step,
    faults: faultSpans(events, at[0] ?? 0),
    ticks: events.filter(({ kind }) => kind !== "fault").map((event) => event.at),
    chosen,
    onChoose: choose,
    writeTime,
    atMost: texts.atMost,
  };
  const time = clock.format((at[chosen] ?? 0) * 1000);
  return (
    <>
      {charts.map(({ title, series, write }) => (
        <LineChart key={title} title={title} series={series} write={write} {...shared} />
      ))}
      <label class="ops-moment">
        <span>
          {texts.moment} <span class="ops-number">{time}</span>
        </span>
        <input
          type="range"
          min={0}
          max={at.length - 1}
          value={chosen}
          aria-valuetext={time}
          data-testid="moment"
          onInput={(event) => choose(Number(event.currentTarget.value))}
        />
      </label>
      {events.length > 0 && (
        <p class="stock-soft">
          <small>{texts.marks}</small>
        </p>
      )}
      <Table history={history} charts={charts} clock={clock} texts={texts} />
    </>
  );
}

interface Chart {
  title: string;
  series: Series[];
  write: (value: number | null | undefined) => string;
}

function chartsOf(history: History, texts: OpsTexts, code: string): Chart[] {
  const writer = (digits: number, unit: string) => (value: number | null | undefined) =>
    value === null || value === undefined
      ? "–"
      : `${value.toLocaleString(code, { maximumFractionDigits: digits })}\u00a0${unit}`.trim();
  const answers = ratesOfSteps(history, "answers");
  return [
    {
      title: texts.requestsChart,
      series: ratesOfSteps(history, "requests"),
      write: writer(1, "/s"),
    },
    // CloudWatch does not know what the edge answered by itself.
    ...(answers.some(({ values }) => values.length > 0)
      ? [{ title: texts.answersChart, series: answers, write: writer(1, "/s") }]
      : []),
    { title: texts.slowestChart, series: columnsOf(history, "p99"), write: writer(0, "ms") },
    { title: texts.failedChart, series: columnsOf(history, "failed"), write: writer(0, "") },
  ];
}

interface TableGiven {
  history: History;
  charts: readonly Chart[];
  clock: Intl.DateTimeFormat;
  texts: OpsTexts;
}

/** The charts' figures in writing, the latest first; made when it is opened. */
function Table({ history, charts, clock, texts }: TableGiven) {
  const [open, setOpen] = useState(false);
  const names = Object.keys(history.regions);
  const steps = history.seconds.flatMap((observed, at) => (observed > 0 ? [at] : [])).reverse();
  return (
    <details
      class="ops-table"
      data-testid="figures"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{texts.asTable}</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard.
        <section class="stock-scroll" tabIndex={0} aria-label={texts.asTable}>
          <table class="stock-rows">
            <thead>
              <tr>
                <th scope="col">{texts.time}</th>
                {charts.flatMap(({ title }) =>
                  names.map((name) => (
                    <th key={`${title} ${name}`} scope="col">
                      {title}, {name}
                    </th>
                  )),
                )}
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={history.at[step]}>
                  <th scope="row">{clock.format((history.at[step] ?? 0) * 1000)}</th>
                  {charts.flatMap(({ title, series, write }) =>
                    series.map(({ name, values }) => (
                      <td key={`${title} ${name}`}>{write(values[step])}</td>
                    )),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

/** `15 minutes`, `24 hours`, in the language of the interface. */
export function spanName(span: Span, code: string): string {
  const [count, unit] = span < 60 ? [span, "minute"] : [span / 60, "hour"];
  return new Intl.NumberFormat(code, { style: "unit", unit, unitDisplay: "long" }).format(count);
}
