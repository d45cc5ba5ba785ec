// A number of pieces: large, tapped up and down, or typed.
import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../../shell/icon.tsx";
import type { StockTexts } from "./texts/stock-texts.ts";

/** The pieces that a text says in digits 0-9 alone; undefined for `1e3`, `1.5`, `+5` and the like. */
export function parsePieces(text: string, least: number, most: number): number | undefined {
  const pieces = /^[0-9]{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return pieces >= least && pieces <= most ? pieces : undefined;
}

interface Given {
  texts: StockTexts;
  label: string;
  least: number;
  most: number;
  value: string;
  onValue: (value: string) => void;
  unreadable: boolean;
  /** Of the element that says what is wrong. */
  wrongId: string;
  field: RefObject<HTMLInputElement | null>;
}

export function PiecesField({ texts, label, least, most, value, onValue, ...given }: Given) {
  /** What the buttons made of it: screen readers read the field out only where the focus is in it. */
  const [stepped, setStepped] = useState("");
  const step = (by: number) => {
    const now = parsePieces(value, 0, most) ?? 0;
    const next = String(Math.min(most, Math.max(least, now + by)));
    setStepped(next);
    onValue(next);
  };
  return (
    <>
      <button
        type="button"
        class="button button-quiet stock-step"
        aria-label={texts.less}
        onClick={() => step(-1)}
      >
        <Icon name="minus" />
      </button>
      <input
        ref={given.field}
        class="staff-field stock-pieces"
        // Not of the type `number`, which takes `1e3`.
        inputMode="numeric"
        autocomplete="off"
        aria-invalid={given.unreadable}
        aria-describedby={given.wrongId}
        data-testid="pieces"
        aria-label={label}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <button
        type="button"
        class="button button-quiet stock-step"
        aria-label={texts.more}
        onClick={() => step(1)}
      >
        <Icon name="plus" />
      </button>
      <span class="visually-hidden" role="status">
        {stepped}
      </span>
    </>
  );
}
