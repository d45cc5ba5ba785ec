// How the edge works: how fast it notices, and its rules by path.
import { useLanguage } from "../../i18n/language.ts";
import type { EdgeBehavior, EdgeStatus } from "./edge-status.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

export function EdgeFacts({ status, texts }: { status: EdgeStatus; texts: OpsTexts }) {
  const { code } = useLanguage();
  const { time_scale: scale, bounds, behaviors } = status;
  const seconds = (value: number) =>
    value.toLocaleString(code, {
      style: "unit",
      unit: "second",
      unitDisplay: "long",
      maximumFractionDigits: value < 10 ? 1 : 0,
    });
  return (
    <section class="ops-part" aria-labelledby="ops-edge" data-testid="edge">
      <h2 id="ops-edge">{texts.edge}</h2>
      <p>
        {scale === 1 ? texts.awsTimes : texts.faster(scale.toLocaleString(code))}{" "}
        {texts.notices(seconds(bounds.detect_seconds), seconds(bounds.shift_seconds))}
      </p>
      <details class="ops-table">
        <summary>{texts.rules}</summary>
        <ol class="ops-lines" lang="en">
          {behaviors.map((one) => (
            <li key={one.path} data-testid="rule">
              <code>{one.path}</code>
              <span class="ops-path">
                {one.methods.join(" ")} · {one.target}
              </span>
              <span class="ops-path stock-soft">{cacheOf(one)}</span>
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}

function cacheOf({ cache }: EdgeBehavior): string {
  if (typeof cache === "string") return `cache: ${cache}`;
  const { name, min_ttl: least, max_ttl: most, default_ttl: usual, error_ttl: error } = cache;
  return `cache: ${name}, TTL ${least} to ${most} s, ${usual} s unless the answer says otherwise, errors ${error} s; key: path, ${cache.query_strings.join(", ")}, Accept, Accept-Encoding`;
}
