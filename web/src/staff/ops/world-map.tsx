// The regions on a map of the world: where they are, in which state, and how much traffic each has.
import { useMemo } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import type { EdgePlace, EdgeRegion } from "./edge-status.ts";
import { HEIGHT, landPath, onMap, WIDTH } from "./land.ts";
import { stateOf } from "./region-state.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

interface Given {
  regions: Readonly<Record<string, EdgeRegion>>;
  places: Readonly<Record<string, Pick<EdgePlace, "origins">>>;
  /** Requests a second of each region. */
  rates: Readonly<Record<string, number>>;
  texts: OpsTexts;
}

/** Degrees of the map: nearer than that, names at the marks would cover each other. */
const APART = { x: 46, y: 16 };

export function WorldMap({ regions, places, rates, texts }: Given) {
  const { code } = useLanguage();
  const land = useMemo(landPath, []);
  const busiest = Math.max(1, ...Object.values(rates));
  const shown = Object.entries(regions).map(([name, region], at) => ({
    name,
    state: stateOf(region),
    letter: String.fromCharCode(65 + (at % 26)),
    rate: rates[name],
    ...onMap(...region.coordinates),
  }));
  const crowded = shown.some((one, at) =>
    shown
      .slice(at + 1)
      .some((other) => Math.abs(one.x - other.x) < APART.x && Math.abs(one.y - other.y) < APART.y),
  );
  const moved = Object.entries(places).flatMap(([place, { origins }]) => {
    const from = shown.find(({ name }) => name === place);
    const to = shown.find(({ name }) => name === origins[0]);
    return from && to && from !== to ? [{ from, to }] : [];
  });
  const perSecond = (rate: number | undefined) =>
    rate === undefined ? "–" : `${rate.toLocaleString(code, { maximumFractionDigits: 1 })}\u00a0/s`;
  return (
    <section aria-labelledby="ops-map">
      <h2 id="ops-map">{texts.map}</h2>
      <div class={`ops-map${crowded ? " ops-crowded" : ""}`} aria-hidden="true" data-testid="map">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="presentation">
          <path class="ops-land" d={land} />
          {moved.map(({ from, to }) => (
            <path
              key={from.name}
              class="ops-moved"
              d={`M${from.x} ${from.y}Q${(from.x + to.x) / 2} ${Math.min(from.y, to.y) - 14} ${to.x} ${to.y}`}
            />
          ))}
          {shown.map(({ name, state, rate, x, y }) => (
            <circle
              key={name}
              class={`ops-traffic ops-mark-${state}`}
              cx={x}
              cy={y}
              r={4 + 6 * Math.sqrt((rate ?? 0) / busiest)}
            />
          ))}
        </svg>
        {shown.map(({ name, state, letter, rate, x, y }) => (
          <span
            key={name}
            class={`ops-mark ops-mark-${state}`}
            style={{ left: `${(x / WIDTH) * 100}%`, top: `${(y / HEIGHT) * 100}%` }}
          >
            <b>{letter}</b>
            <span class="ops-mark-name">
              {name}
              <br />
              {texts[state]} · {perSecond(rate)}
            </span>
          </span>
        ))}
      </div>
      <ul class="ops-places">
        {shown.map(({ name, state, letter, rate }) => (
          <li key={name} data-testid="map-region" data-state={state}>
            <b class={`ops-letter ops-mark-${state}`} aria-hidden="true">
              {letter}
            </b>
            <b>{name}</b> <span class={`ops-state ops-${state}`}>{texts[state]}</span>{" "}
            <span class="ops-number">{perSecond(rate)}</span>
          </li>
        ))}
        {moved.map(({ from, to }) => (
          <li key={`${from.name} ${to.name}`} class="ops-elsewhere" data-testid="moved">
            {texts.sentTo(from.name, to.name)}
          </li>
        ))}
      </ul>
    </section>
  );
}
