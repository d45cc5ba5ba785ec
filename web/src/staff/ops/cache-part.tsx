// The cache of persisted reads: how answers came about, what is kept, and purging all of it or the answers of a place.
import { useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import { AskTwice } from "../../shell/ask-twice.tsx";
import { CommandNote, type Note } from "./command-note.tsx";
import { purge } from "./edge-commands.ts";
import type { EdgeCache } from "./edge-status.ts";
import { type Fact, Facts } from "./region-facts.tsx";
import type { OpsTexts } from "./texts/ops-texts.ts";

const STATES = ["hit", "collapsed", "stale", "revalidated", "miss"] as const;

interface Given {
  cache: EdgeCache;
  texts: OpsTexts;
}

export function CachePart({ cache, texts }: Given) {
  const { code } = useLanguage();
  const percent = new Intl.NumberFormat(code, { style: "percent", maximumFractionDigits: 1 });
  const count = (n: number) => n.toLocaleString(code);
  const facts: Fact[] = [
    ...STATES.map((state): Fact => [texts.cacheStates[state], count(cache.answers[state] ?? 0)]),
    [
      texts.kept,
      texts.keptOf(count(cache.entries), size(cache.bytes, code), size(cache.most_bytes, code)),
    ],
    [texts.evicted, count(cache.evicted)],
    [texts.purged, count(cache.purged)],
  ];
  return (
    <section class="ops-part" aria-labelledby="ops-cache" data-testid="cache">
      <h2 id="ops-cache">{texts.cache}</h2>
      <p class="ops-big">{cache.ratio === null ? "–" : percent.format(cache.ratio)}</p>
      <p class="stock-soft">{texts.withoutRegion}</p>
      <Bar parts={STATES.map((state) => cache.answers[state] ?? 0)} />
      <Facts title={texts.sinceStart} facts={facts} />
      <Purge texts={texts} />
    </section>
  );
}

/** Shares of a whole, side by side; the numbers stand beside it. */
export function Bar({ parts }: { parts: readonly number[] }) {
  return (
    <div class="ops-bar" aria-hidden="true">
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts have places, and nothing else.
        <span key={at} class={`ops-bar-${at % 6}`} style={{ flexGrow: part }} />
      ))}
    </div>
  );
}

const WHAT = ["all", "market", "store"] as const;
type What = (typeof WHAT)[number];
const EXAMPLES = { market: "de", store: "us-00001" };

function Purge({ texts }: { texts: OpsTexts }) {
  const { code } = useLanguage();
  const [what, setWhat] = useState<What>("all");
  const [typed, setTyped] = useState("");
  const [note, setNote] = useState<Note>();
  const id = typed.trim();
  const isNamed = what === "all" || id !== "";
  const send = async () => {
    setNote(undefined);
    const outcome = await purge(what === "all" ? "all" : [`${what}:${id}`]);
    if (!outcome.ok) return setNote({ refused: outcome.message });
    const { purged, unknown } = outcome.content;
    const done = texts.purgedNow(purged.toLocaleString(code));
    if (what === "all" || !unknown?.length) return setNote({ done });
    // Also what does not exist was requested, and has answers that say so.
    const wrong = texts.thereIsNo[what](id);
    setNote({ wrong: purged > 0 ? `${wrong} ${done}` : wrong });
  };
  return (
    <div class="ops-purge" data-testid="purge-form">
      <fieldset class="stock-filters">
        <legend>{texts.purgeWhat}</legend>
        {WHAT.map((one) => (
          <label key={one} class="stock-filter">
            <input
              type="radio"
              name="ops-purge"
              checked={what === one}
              data-testid={`purge-${one}`}
              onChange={() => {
                setWhat(one);
                setNote(undefined);
              }}
            />
            {texts.purgeNames[one]}
          </label>
        ))}
      </fieldset>
      {what !== "all" && (
        <label class="staff-label">
          {texts.purgeIds[what](EXAMPLES[what])}
          <input
            class="staff-field"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxLength={64}
            data-testid="purge-id"
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setNote(undefined);
            }}
          />
        </label>
      )}
      <AskTwice
        key={`${what} ${id}`}
        label={texts.purge}
        question={what === "all" ? texts.purgeAllSure : texts.purgeSure(`${what}:${id}`)}
        yes={texts.purgeYes}
        no={texts.no}
        disabled={!isNamed}
        onYes={() => void send()}
        testId="purge"
      />
      <CommandNote note={note} texts={texts} testId="purge-note" />
    </div>
  );
}

/** `1.2 MB`, in the language of the interface. */
function size(bytes: number, code: string): string {
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return value.toLocaleString(code, { style: "unit", unit, maximumFractionDigits: 1 });
}
