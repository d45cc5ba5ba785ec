// CSV files are opened by spreadsheets: amounts are numbers there, and no text becomes a formula.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { csvFormatOf, csvText, decimal, escaped } from "../src/staff/csv.ts";

const file = new URL("../../tests/support/formula_cases.json", import.meta.url);
// `tests/unit/domain/test_formulas.py` runs the same cases.
const cases = JSON.parse(readFileSync(file, "utf-8")) as { formulas: string[]; texts: string[] };
const POINT = { separator: ",", point: "." } as const;
const COMMA = { separator: ";", point: "," } as const;

describe("texts of cells", () => {
  it.each(cases.formulas)("%j would be a formula", (text) =>
    expect(escaped(text)).toBe(`'${text}`),
  );
  it.each(cases.texts)("%j stays as it is", (text) => expect(escaped(text)).toBe(text));
});

describe("amounts", () => {
  it.each([
    [1299, "EUR", POINT, "12.99"],
    [1299, "EUR", COMMA, "12,99"],
    [5, "EUR", POINT, "0.05"],
    [0, "EUR", POINT, "0.00"],
    [-105, "USD", POINT, "-1.05"],
    [280, "JPY", POINT, "280"],
    [12345, "KWD", POINT, "12.345"],
    [2 ** 31 - 1, "USD", POINT, "21474836.47"],
  ] as const)("%i %s", (amountMinor, currency, format, text) =>
    expect(decimal({ amountMinor, currency }, format)).toBe(text),
  );
});

it("expects commas between fields only where numbers have none", () => {
  expect(csvFormatOf("en-US")).toEqual(POINT);
  expect(csvFormatOf("ja")).toEqual(POINT);
  expect(csvFormatOf("de-DE")).toEqual(COMMA);
  expect(csvFormatOf("nl")).toEqual(COMMA);
});

it.each(["C", "en_US.UTF-8", ""])("takes the language %j of a browser for none", (language) => {
  expect(csvFormatOf(language)).toEqual(POINT);
});

it("begins with the mark by which Excel knows UTF-8, and quotes what needs it", () => {
  const text = csvText(
    ["item", "revenue", "note"],
    [
      ["=HYPERLINK(1)", { amountMinor: -50, currency: "EUR" }, null],
      ['a "b", c;d\ne', 7, "ü"],
    ],
    COMMA,
  );
  expect(text).toBe(
    '\uFEFFitem;revenue;note\r\n\'=HYPERLINK(1);-0,50;\r\n"a ""b"", c;d\ne";7;ü\r\n',
  );
});
