// A chart of a line for each region over time, with faults as bands and events as ticks.
import type { FaultSpan, Series } from "./history.ts";
import { most } from "./history.ts";

interface Given {
  title: string;
  series: readonly Series[];
  /** When each step begins, seconds of the epoch. */
  at: readonly number[];
  step: number;
  faults: readonly FaultSpan[];
  /** Moments of other events, seconds of the epoch. */
  ticks: readonly number[];
  /** The step whose values are written out. */
  chosen: number;
  onChoose: (step: number) => void;
  write: (value: number | null | undefined) => string;
  writeTime: (seconds: number) => string;
  /** The text about the largest value. */
  atMost: (value: string) => string;
}

const WIDTH = 600;
const HEIGHT = 120;
/** How many lines have patterns of their own. */
const PATTERNS = 8;

export function LineChart(given: Given) {
  const { title, series, at, step, faults, ticks, chosen, onChoose, write, writeTime } = given;
  const begin = at[0] ?? 0;
  const end = (at.at(-1) ?? 0) + step;
  const top = niceTop(Math.max(0, ...series.map(({ values }) => most(values) ?? 0)));
  const x = (seconds: number) =>
    ((Math.min(end, Math.max(begin, seconds)) - begin) / Math.max(1, end - begin)) * WIDTH;
  const y = (value: number) => HEIGHT - (value / top) * (HEIGHT - 4);
  const middle = (index: number) => (at[index] ?? begin) + step / 2;
  const choose = ({ currentTarget, clientX }: PointerEvent & { currentTarget: Element }) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
    onChoose(Math.min(at.length - 1, Math.floor(share * at.length)));
  };
  const summaries = series.map(({ name, values }) => {
    const largest = most(values);
    return `${name}: ${write(values[chosen])}${largest === undefined ? "" : `, ${given.atMost(write(largest))}`}`;
  });
  return (
    <figure class="ops-chart" data-testid="chart">
      <figcaption>{title}</figcaption>
      <div class="ops-plot">
        <span class="ops-top" aria-hidden="true">
          {write(top)}
        </span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}. ${summaries.join("; ")}`}
          onPointerMove={choose}
          onPointerDown={choose}
        >
          {faults.map(({ id, from, until }) => (
            <rect
              key={id}
              class="ops-fault-band"
              x={x(from)}
              y={0}
              width={Math.max(2, x(until ?? end) - x(from))}
              height={HEIGHT}
            />
          ))}
          {ticks.map((moment, index) => (
            <line
              // biome-ignore lint/suspicious/noArrayIndexKey: several events may have one moment.
              key={index}
              class="ops-tick"
              x1={x(moment)}
              x2={x(moment)}
              y1={HEIGHT - 10}
              y2={HEIGHT}
            />
          ))}
          <line
            class="ops-cursor"
            x1={x(middle(chosen))}
            x2={x(middle(chosen))}
            y1={0}
            y2={HEIGHT}
          />
          {series.map(({ name, values }, index) => (
            <path
              key={name}
              class={`ops-line ops-line-${index % PATTERNS}`}
              d={pathOf(values, (step) => x(middle(step)), y)}
            />
          ))}
        </svg>
      </div>
      <p class="ops-axis" aria-hidden="true">
        <span>{writeTime(begin)}</span>
        <span>{writeTime((begin + end) / 2)}</span>
        <span>{writeTime(end)}</span>
      </p>
      <ul class="ops-legend">
        {series.map(({ name, values }, index) => (
          <li key={name}>
            <svg viewBox="0 0 28 8" aria-hidden="true">
              <path class={`ops-line ops-line-${index % PATTERNS}`} d="M0 4H28" />
            </svg>
            {name} <b class="ops-number">{write(values[chosen])}</b>
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** The line through the values that are known; a step alone is a short dash. */
export function pathOf(
  values: readonly (number | null)[],
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  let drawing = false;
  return values
    .map((value, step) => {
      if (value === null) {
        drawing = false;
        return "";
      }
      const place = `${round(x(step))} ${round(y(value))}`;
      const alone = !drawing && (values[step + 1] ?? null) === null;
      const drawn = alone ? `M${place}h1.5` : `${drawing ? "L" : "M"}${place}`;
      drawing = true;
      return drawn;
    })
    .join("");
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The least of 1, 2, 5, 10, 20, ... that is not below a value. */
export function niceTop(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((top) => top >= value) ?? value;
}
