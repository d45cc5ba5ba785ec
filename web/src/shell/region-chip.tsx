// The chip that says which region answered and how fast, opening onto how it was chosen.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { numberFormat } from "../formatting/formats.ts";
import { RegionDocument } from "../generated/operations.ts";
import { type Answer, latestAnswer, reasonOf } from "../graphql/answer.ts";
import { useQuery } from "../graphql/use-query.ts";
import { useLanguage } from "../i18n/language.ts";
import { useCell } from "../use-cell.ts";

export function RegionChip() {
  const { say, code } = useLanguage();
  const answer = useCell(latestAnswer);
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (open ? closeFromOutside(box.current, () => setOpen(false)) : undefined), [open]);
  return (
    <div class="region" ref={box}>
      <button
        type="button"
        class="region-chip"
        data-testid="region-chip"
        aria-expanded={open}
        aria-controls="region-details"
        onClick={() => setOpen(!open)}
      >
        <span class={`region-dot region-dot-${tone(answer)}`} />
        {answer ? (
          <span>
            <span class="region-by">{say.answeredBy} </span>
            <b>{answer.region ?? say.unknownRegion}</b>{" "}
            <span class="region-time">{milliseconds(answer.milliseconds, code)}</span>
          </span>
        ) : (
          say.noAnswerYet
        )}
      </button>
      <section id="region-details" class="region-details" aria-label={say.details} hidden={!open}>
        {open && <RegionDetails />}
      </section>
    </div>
  );
}

/** Green for the usual region, amber for one that stands in, grey before any answer. */
function tone(answer: Answer | undefined): "usual" | "instead" | "none" {
  if (!answer) return "none";
  const reason = reasonOf(answer);
  return !reason || reason === "nearest" || reason === "pinned" ? "usual" : "instead";
}

function RegionDetails() {
  const { say, code } = useLanguage();
  const { data } = useQuery(RegionDocument, {}, { quiet: true });
  const answer = useCell(latestAnswer);
  const reason = reasonOf(answer);
  const seconds = numberFormat(code, {
    style: "unit",
    unit: "second",
    maximumFractionDigits: 1,
  });
  return (
    <>
      <h2>{say.details}</h2>
      <dl>
        <Fact term={say.answeredBy}>{answer?.region}</Fact>
        <Fact term={say.reason}>{reason ? say.reasons[reason] : answer?.edge.why}</Fact>
        <Fact term={say.cache}>{answer?.edge.cache}</Fact>
        <Fact term={say.attempts}>{answer?.edge.attempts}</Fact>
        <Fact term={say.roundTrip}>{answer && milliseconds(answer.milliseconds, code)}</Fact>
        <Fact term={say.version}>{data?.region.version}</Fact>
      </dl>
      {data && data.region.replicationLag.length > 0 && (
        <>
          <h3>{say.replicas}</h3>
          <dl>
            {data.region.replicationLag.map((lag) => (
              <Fact key={lag.region} term={lag.region}>
                {say.ago(seconds.format(lag.seconds))}
              </Fact>
            ))}
          </dl>
        </>
      )}
    </>
  );
}

function Fact({ term, children }: { term: string; children: ComponentChildren }) {
  if (!children) return null;
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The symbol of the unit is the same everywhere; the browser's formatter of units takes long to make. */
const milliseconds = (duration: number, locale: string): string =>
  `${Math.round(duration).toLocaleString(locale)}\u00a0ms`;

/** Close on Escape and on a click elsewhere; returns how to stop listening. */
function closeFromOutside(box: HTMLElement | null, close: () => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    close();
    box?.querySelector("button")?.focus();
  };
  const onPress = (event: PointerEvent) => {
    if (!box?.contains(event.target as Node)) close();
  };
  addEventListener("keydown", onKey);
  addEventListener("pointerdown", onPress);
  return () => {
    removeEventListener("keydown", onKey);
    removeEventListener("pointerdown", onPress);
  };
}
