// Figures by day as bars, with a slider that goes through the days, and the same as a table.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { describeDay } from "../../formatting/calendar-day.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

/** Of the drawing's height. */
interface Parts {
  whole: number;
  part: number;
}

/** Bars of one kind, one a day. */
export interface Panel<D> {
  title: string;
  low?: boolean;
  parts: (day: D) => Parts;
}

interface Given<D> {
  texts: FigureTexts;
  locale: string;
  days: readonly D[];
  /** The figures of a day in words. */
  textOf: (day: D) => string;
  panels: readonly Panel<D>[];
  /** What the colours of the bars are. */
  legend?: ComponentChildren;
  testId: string;
  /** The same figures as a table. */
  children: ComponentChildren;
}

/** Units of the drawing: its width is stretched to that of the page. */
const STEP = 10;
const HEIGHT = 100;

export function DayChart<D extends { day: string }>({
  texts,
  locale,
  days,
  textOf,
  panels,
  legend,
  testId,
  children,
}: Given<D>) {
  const [chosen, setChosen] = useState<string>();
  const id = useId();
  const found = days.findIndex(({ day }) => day === chosen);
  const at = found < 0 ? days.length - 1 : found;
  const one = days[at];
  if (!one) return null;
  const dayText = `${describeDay(one.day, locale)}: ${textOf(one)}`;
  const short = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
  const date = (day: string) => short.format(new Date(`${day}T00:00:00Z`));
  const choose = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * days.length);
    setChosen(days[Math.min(days.length - 1, Math.max(0, place))]?.day);
  };
  const panel = ({ title, low, parts }: Panel<D>) => (
    <div key={title} class={low ? "chart-panel chart-low" : "chart-panel"}>
      <span>{title}</span>
      {/* The slider below is the keyboard's way to the same. */}
      <svg
        viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerDown={choose}
        onPointerMove={choose}
      >
        <rect class="chart-day" x={at * STEP} y={0} width={STEP} height={HEIGHT} />
        {days.map((day, place) => (
          <Bar key={day.day} x={place * STEP + 1.5} {...parts(day)} />
        ))}
      </svg>
    </div>
  );
  return (
    <div class="chart" data-testid={testId}>
      <p class="chart-summary" data-testid="chart-summary">
        {dayText}
      </p>
      {panels.map(panel)}
      <div class="chart-slider" style={{ "--days": days.length }}>
        <label class="visually-hidden" for={id}>
          {texts.day}
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={days.length - 1}
          value={at}
          aria-valuetext={dayText}
          data-testid="chart-slider"
          onInput={(event) => setChosen(days[Number(event.currentTarget.value)]?.day)}
        />
      </div>
      <div class="chart-ends" aria-hidden="true">
        <span>{date(days[0]?.day ?? "")}</span>
        <span>{date(days.at(-1)?.day ?? "")}</span>
      </div>
      {legend}
      <details>
        <summary>{texts.asTable}</summary>
        {children}
      </details>
    </div>
  );
}

/** A value as a share of the drawing's height. */
export const share = (value: number, most: number): number =>
  most > 0 ? (Math.max(0, value) / most) * HEIGHT : 0;

function Bar({ x, whole, part }: Parts & { x: number }) {
  const width = STEP - 3;
  return (
    <>
      <rect class="chart-rest" x={x} y={HEIGHT - whole} width={width} height={whole - part} />
      <rect class="chart-part" x={x} y={HEIGHT - part} width={width} height={part} />
    </>
  );
}
