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
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard. */}
        <section class="stock-scroll" tabIndex={0} aria-label={texts.rules}>
          <table class="stock-rows" lang="en">
            <thead>
              <tr>
                {["path", "methods", "from", "cache"].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {behaviors.map((one) => (
                <tr key={one.path}>
                  <th scope="row">
                    <code>{one.path}</code>
                  </th>
                  <td>{one.methods.join(" ")}</td>
                  <td>{one.target}</td>
                  <td>{cacheOf(one)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </section>
  );
}

function cacheOf({ cache }: EdgeBehavior): string {
  if (typeof cache === "string") return cache;
  const { name, min_ttl: least, max_ttl: most, default_ttl: usual, error_ttl: error } = cache;
  return `${name}: TTL ${least} to ${most} s, ${usual} s unless the answer says otherwise, errors ${error} s; key: path, ${cache.query_strings.join(", ")}, Accept, Accept-Encoding`;
}
