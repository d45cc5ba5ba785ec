// What wants an operator now: no usable region, an unhealthy one, a protection that is switched off.
import { useLanguage } from "../../i18n/language.ts";
import type { EdgeStatus } from "./edge-status.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

export function Alarms({ status, texts }: { status: EdgeStatus; texts: OpsTexts }) {
  const { code } = useLanguage();
  const alarms = alarmsOf(status, texts, new Intl.DateTimeFormat(code, { timeStyle: "medium" }));
  return (
    <section aria-labelledby="ops-alarms" data-testid="alarms">
      <h2 id="ops-alarms">{texts.alarms}</h2>
      <div role="status">
        {alarms.length === 0 && <p>{texts.noAlarms}</p>}
        <ul class="ops-alarms">
          {alarms.map((alarm) => (
            <li key={alarm} class="staff-wrong">
              {alarm}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

export function alarmsOf(
  { regions, switches }: Pick<EdgeStatus, "regions" | "switches">,
  texts: OpsTexts,
  clock: Intl.DateTimeFormat,
): string[] {
  const time = (iso: string | null) => (iso ? clock.format(new Date(iso)) : "–");
  const usable = Object.values(regions).some(({ healthy, drained }) => healthy && !drained);
  return [
    ...(usable ? [] : [texts.noRegion]),
    ...Object.entries(regions).flatMap(([name, { healthy, since }]) =>
      healthy ? [] : [texts.unhealthySince(name, time(since))],
    ),
    ...Object.entries(switches).flatMap(([name, { on, until }]) =>
      on ? [] : [texts.switchedOff(name, time(until))],
    ),
  ];
}
