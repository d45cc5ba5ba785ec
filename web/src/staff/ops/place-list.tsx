// Where the clients near each region are sent, and why; and from where they were answered so far.
import { useLanguage } from "../../i18n/language.ts";
import { Bar } from "./cache-part.tsx";
import type { EdgePlace } from "./edge-status.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

interface Given {
  places: Readonly<Record<string, EdgePlace>>;
  /** In the order in which they have their colours. */
  regions: readonly string[];
  texts: OpsTexts;
}

export function PlaceList({ places, regions, texts }: Given) {
  return (
    <section class="ops-part" aria-labelledby="ops-where" data-testid="places">
      <h2 id="ops-where">{texts.places}</h2>
      <ul class="ops-where">
        {Object.entries(places).map(([name, place]) => (
          <Place key={name} {...{ name, place, regions, texts }} />
        ))}
      </ul>
    </section>
  );
}

interface PlaceGiven extends Pick<Given, "regions" | "texts"> {
  name: string;
  place: EdgePlace;
}

function Place({ name, place, regions, texts }: PlaceGiven) {
  const { code } = useLanguage();
  const [first = "–", second] = place.origins;
  const seconds = Math.ceil(place.resolver_keeps_seconds).toLocaleString(code, {
    style: "unit",
    unit: "second",
  });
  const why = texts.whys as Readonly<Record<string, string>>;
  const counted = regions.map((region) => place.answers[region] ?? 0);
  const answered = regions.flatMap((region, at) =>
    counted[at] ? [`${region} ${counted[at]?.toLocaleString(code)}`] : [],
  );
  return (
    <li data-testid="place" data-place={name} data-first={first}>
      <p>
        {texts.near(name)} <b>{first}</b>: {why[place.why] ?? place.why}.{" "}
        {second ? texts.nextOne(second) : texts.noOther}
      </p>
      <Bar parts={counted} />
      <p class="stock-soft">
        <small>
          {answered.length > 0 ? texts.answered(answered.join(", ")) : texts.notAnswered}
          {place.resolver_keeps_seconds > 0 && ` · ${texts.resolverKeeps(seconds)}`}
        </small>
      </p>
    </li>
  );
}
