// A list whose entries have a bar each: how much one is of the largest.
import { useState } from "preact/hooks";

export interface ListedBar {
  id: string;
  name: string;
  /** A page about it. */
  href?: string;
  value: number;
  /** The value in words, as it stands beside the bar. */
  valueText: string;
}

interface Given {
  bars: readonly ListedBar[];
  texts: { showAll: (n: string) => string; showFewer: string };
  locale: string;
  testId: string;
}

/** Entries that are shown at first. */
const FEW = 10;

export function BarList({ bars, texts, locale, testId }: Given) {
  const [all, setAll] = useState(false);
  const most = Math.max(...bars.map(({ value }) => value), 0);
  return (
    <>
      <ol class="bars" data-testid={testId}>
        {bars.slice(0, all ? bars.length : FEW).map(({ id, name, href, value, valueText }) => (
          <li key={id} data-id={id}>
            <span>{href ? <a href={href}>{name}</a> : name}</span> <b>{valueText}</b>
            <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect class="bars-whole" width={100} height={1} />
              <rect class="chart-part" width={most > 0 ? (value / most) * 100 : 0} height={1} />
            </svg>
          </li>
        ))}
      </ol>
      {bars.length > FEW && (
        <button type="button" class="button button-quiet" onClick={() => setAll(!all)}>
          {all ? texts.showFewer : texts.showAll(bars.length.toLocaleString(locale))}
        </button>
      )}
    </>
  );
}
