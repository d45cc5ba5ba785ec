// The row of an item: what is left and why, with its count, what is thrown away, and its history on demand.
import { useEffect, useRef, useState } from "preact/hooks";
import type { WasteTexts } from "../waste/texts/waste-texts.ts";
import { CountForm } from "./count-form.tsx";
import { type StockGiven, when, whoIs } from "./given.ts";
import { ItemHistory } from "./item-history.tsx";
import type { StockRow } from "./stock-rows.ts";
import { type RecordedWaste, WasteForm } from "./waste-form.tsx";

/** What is done with an item in its row. */
export type Act = "count" | "waste";

interface Given extends StockGiven {
  storeId: string;
  row: StockRow;
  mayCount: boolean;
  mayWaste: boolean;
  wasteTexts: WasteTexts;
  /** What is being done with the item; undefined: nothing. */
  open: Act | undefined;
  onOpen: (open: Act | undefined) => void;
  onSaved: () => void;
  onWasted: (recorded: RecordedWaste) => void;
}

export function StockLine({ row, mayCount, mayWaste, open, onOpen, onSaved, ...given }: Given) {
  const { texts, locale, wasteTexts, onWasted } = given;
  const [history, setHistory] = useState(false);
  const buttons = useRef<Partial<Record<Act, HTMLButtonElement | null>>>({});
  const wasOpen = useRef(open);
  useEffect(() => {
    // The form goes with the focus in it.
    if (wasOpen.current && !open) buttons.current[wasOpen.current]?.focus();
    wasOpen.current = open;
  }, [open]);
  const act = (name: Act, text: string, quiet: boolean) => (
    <button
      ref={(element) => {
        buttons.current[name] = element;
      }}
      type="button"
      class={quiet ? "button button-quiet stock-count" : "button stock-count"}
      data-testid={name}
      aria-expanded={open === name}
      onClick={() => onOpen(open === name ? undefined : name)}
    >
      {text}
      <span class="visually-hidden"> {row.title}</span>
    </button>
  );
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
          {mayCount && act("count", texts.count, false)}
          {mayWaste && act("waste", wasteTexts.throwAway, true)}
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
            {open === "count" && (
              <CountForm
                {...given}
                row={row}
                onSaved={onSaved}
                onCancel={() => onOpen(undefined)}
              />
            )}
            {open === "waste" && (
              <WasteForm
                {...given}
                row={row}
                onSaved={onWasted}
                onCancel={() => onOpen(undefined)}
              />
            )}
            {history && <ItemHistory {...given} itemId={row.itemId} left={row.left} />}
          </td>
        </tr>
      )}
    </>
  );
}
