// Tables as CSV files that spreadsheets open: made in the browser of what a page shows.
import { minorDigits } from "../formatting/money.ts";

/** A number, a text, or nothing. */
export type Cell = number | string | null;

/** How spreadsheets of a country read a file: they take no commas between fields where numbers have them. */
export interface CsvFormat {
  separator: "," | ";";
  point: "." | ",";
}

/** An amount: minor units of a currency, written in major ones. */
export interface Amount {
  amountMinor: number;
  currency: string;
}

const FORMULA = /^(?:[=@\t\r]|[+-](?=[\p{L}\p{Nl}\p{No}_(@=+-]))/u;
const ESCAPED = /^'+(?:[=@\t\r]|[+-](?=[\p{L}\p{Nl}\p{No}_(@=+-]))/u;
const BOM = "\uFEFF";

/** The format that spreadsheets expect of files where numbers are written as in a locale. */
export function csvFormatOf(locale: string): CsvFormat {
  const isComma = decimalSign(locale) === ",";
  return isComma ? { separator: ";", point: "," } : { separator: ",", point: "." };
}

/** A browser's language may be no language tag, such as "C" or "en_US.UTF-8" of a system's settings. */
function decimalSign(locale: string): string | undefined {
  try {
    const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
    return parts.find(({ type }) => type === "decimal")?.value;
  } catch {
    return undefined;
  }
}

/**
 * Return a text as a cell has it: with an apostrophe where a spreadsheet would take it for a formula. The rule is that of
 * `services/domain/formulas.py`; tests/support/formula_cases.json has cases for both.
 */
export const escaped = (text: string): string =>
  FORMULA.test(text) || ESCAPED.test(text) ? `'${text}` : text;

/** An amount in the currency's major unit, with all its decimals: 1299 EUR is "12.99", 280 JPY is "280". */
export function decimal({ amountMinor, currency }: Amount, { point }: CsvFormat): string {
  const digits = minorDigits(currency);
  const text = String(Math.abs(amountMinor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const sign = amountMinor < 0 ? "-" : "";
  return digits > 0 ? `${sign}${whole}${point}${text.slice(-digits)}` : `${sign}${whole}`;
}

/** Return the text of a file: a row with the names of the columns, and the others. */
export function csvText(
  columns: readonly string[],
  rows: readonly (readonly (Cell | Amount)[])[],
  format: CsvFormat,
): string {
  const cell = (value: Cell | Amount): string => {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") return quoted(decimal(value, format), format);
    return quoted(escaped(value), format);
  };
  const lines = [columns, ...rows].map((row) => row.map(cell).join(format.separator));
  // Excel takes a file without the mark for one of an older encoding.
  return `${BOM}${lines.map((line) => `${line}\r\n`).join("")}`;
}

const quoted = (text: string, { separator }: CsvFormat): string =>
  text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Have the browser save a file. */
export function saveCsv(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers read it only after the click is done.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
