// The row of an item: what is left and why, with its count and its history on demand.
import { useEffect, useRef, useState } from "preact/hooks";
import { CountForm } from "./count-form.tsx";
import { type StockGiven, when, whoIs } from "./given.ts";
import { ItemHistory } from "./item-history.tsx";
import type { StockRow } from "./stock-rows.ts";

interface Given extends StockGiven {
  storeId: string;
  row: StockRow;
  mayCount: boolean;
  /** Whether the item is being counted. */
  open: boolean;
  onOpen: (open: boolean) => void;
  onSaved: () => void;
}

export function StockLine({ row, mayCount, open, onOpen, onSaved, ...given }: Given) {
  const { texts, locale } = given;
  const [history, setHistory] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(open);
  useEffect(() => {
    // The form goes with the focus in it.
    if (wasOpen.current && !open) button.current?.focus();
    wasOpen.current = open;
  }, [open]);
  const number = (value: number) => value.toLocaleString(locale);
  return (
    <>
      <tr
        data-testid="stock-row"
        data-item={row.itemId}
        data-left={row.left}
        class={`stock-row stock-${row.availability.toLowerCase()}`}
      >
        <th scope="row">{row.title}</th>
        <td data-label={texts.left}>
          <b class="stock-left">{row.left === null ? "–" : number(row.left)}</b>{" "}
          {row.left !== null && row.availability !== "AVAILABLE" && (
            <span class="stock-tag">{texts.availability[row.availability]}</span>
          )}
        </td>
        <td data-label={texts.lastCount}>
          {row.counted === null ? (
            <span class="stock-soft">{texts.never}</span>
          ) : (
            <>
              {number(row.counted)}
              <small>
                {row.countedAt && when(row.countedAt, given)}
                {row.countedBy && ` ${texts.by(whoIs(row.countedBy, given))}`}
              </small>
            </>
          )}
        </td>
        <td data-label={texts.soldSince}>{row.soldSince === null ? "–" : number(row.soldSince)}</td>
        <td data-label={texts.reserved}>{number(row.reserved)}</td>
        <td class="stock-acts">
          {mayCount && (
            <button
              ref={button}
              type="button"
              class="button stock-count"
              data-testid="count"
              aria-expanded={open}
              onClick={() => onOpen(!open)}
            >
              {texts.count}
              <span class="visually-hidden"> {row.title}</span>
            </button>
          )}
          <button
            type="button"
            class="text-button"
            aria-expanded={history}
            onClick={() => setHistory(!history)}
          >
            {texts.history}
            <span class="visually-hidden"> {row.title}</span>
          </button>
        </td>
      </tr>
      {(open || history) && (
        <tr class="stock-more">
          <td colSpan={6}>
            {open && (
              <CountForm {...given} row={row} onSaved={onSaved} onCancel={() => onOpen(false)} />
            )}
            {history && <ItemHistory {...given} itemId={row.itemId} left={row.left} />}
          </td>
        </tr>
      )}
    </>
  );
}
