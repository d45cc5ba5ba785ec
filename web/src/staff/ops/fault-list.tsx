// The faults at work: what each does and until when, and ending them before their time.
import { useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import { focusPlaceOf } from "../../shell/focus-place.ts";
import { useKeptFocus } from "../../shell/use-kept-focus.ts";
import { CommandNote, type Note } from "./command-note.tsx";
import { heal } from "./edge-commands.ts";
import type { EdgeFault } from "./edge-status.ts";
import type { OpsTexts } from "./texts/ops-texts.ts";

interface Given {
  /** Null: the fault controller does not answer. */
  faults: readonly EdgeFault[] | null;
  /** A region of this cloud, for the example. */
  region: string;
  /** By which `carte` finds this cloud. */
  cliOptions: string;
  texts: OpsTexts;
}

export function FaultList({ faults, region, cliOptions, texts }: Given) {
  const [note, setNote] = useState<Note>();
  const [busy, setBusy] = useState<string>();
  const end = async (id: string | "all") => {
    if (busy) return;
    setBusy(id);
    setNote(undefined);
    const outcome = await heal(id);
    setBusy(undefined);
    if (!outcome.ok) return setNote({ refused: outcome.message });
    const { unhealed } = outcome.content;
    setNote({
      done: unhealed.length > 0 ? texts.notBack(unhealed.join(", ")) : texts.faultEnded,
    });
  };
  const shared = { busy, onEnd: end, texts };
  return (
    <section class="ops-part" aria-labelledby="ops-faults" data-testid="faults">
      <h2 id="ops-faults">{texts.faults}</h2>
      {faults === null && <p>{texts.faultsUnknown}</p>}
      {faults?.length === 0 && (
        <p>
          {texts.noFaults}{" "}
          <code>
            {`carte fault inject freeze --region ${region} --seconds 60 ${cliOptions}`.trim()}
          </code>
        </p>
      )}
      <ul class="ops-faults">
        {faults?.map((fault) => (
          <Fault key={fault.id} fault={fault} {...shared} />
        ))}
      </ul>
      {faults && faults.length > 1 && <EndAll {...shared} />}
      <CommandNote note={note} texts={texts} testId="heal-note" />
    </section>
  );
}

interface EndGiven {
  /** The fault that is being ended, or `all`. */
  busy: string | undefined;
  onEnd: (id: string) => void;
  texts: OpsTexts;
}

function Fault({ fault, busy, onEnd, texts }: EndGiven & { fault: EdgeFault }) {
  const { code } = useLanguage();
  const line = useKeptFocus<HTMLLIElement>(undefined, focusPlaceOf);
  const clock = new Intl.DateTimeFormat(code, { timeStyle: "medium" });
  const { id, kind, region, until, parameters } = fault;
  const details = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return (
    <li ref={line} class="ops-fault" data-testid="fault">
      <span>
        <span lang="en">
          <b>{kind}</b> {region} <small>{details.join(" ")}</small>
        </span>{" "}
        <span class="stock-soft">{texts.until(clock.format(new Date(until)))}</span>
      </span>
      <button
        type="button"
        class="button button-quiet"
        data-testid="end-fault"
        aria-disabled={busy !== undefined}
        onClick={() => onEnd(id)}
      >
        {busy === id ? texts.ending : texts.endFault}
        <span class="visually-hidden" lang="en">
          {" "}
          {kind} {region}
        </span>
      </button>
    </li>
  );
}

function EndAll({ busy, onEnd, texts }: EndGiven) {
  const part = useKeptFocus<HTMLDivElement>(undefined, focusPlaceOf);
  return (
    <div ref={part}>
      <button
        type="button"
        class="button"
        data-testid="end-all"
        aria-disabled={busy !== undefined}
        onClick={() => onEnd("all")}
      >
        {busy === "all" ? texts.ending : texts.endAll}
      </button>
    </div>
  );
}
