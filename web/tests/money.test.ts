// Prices are written with the currency's own digits, in the reader's language.
import { describe, expect, it } from "vitest";
import { formatMoney, minorDigits } from "../src/formatting/money.ts";

/** Which no-break space and which yen sign Intl takes is not our business. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ").replace("￥", "¥");

describe("minorDigits", () => {
  it.each([
    ["USD", 2],
    ["EUR", 2],
    ["JPY", 0],
    ["KWD", 3],
  ])("%s has %i", (currency, digits) => expect(minorDigits(currency)).toBe(digits));
});

describe("formatMoney", () => {
  it.each([
    [199, "USD", "en-US", "$1.99"],
    [280, "JPY", "ja-JP", "¥280"],
    [280, "JPY", "en-JP", "¥280"],
    [150, "EUR", "fr-FR", "1,50 €"],
    [5, "EUR", "de-DE", "0,05 €"],
    [7900, "INR", "en-IN", "₹79.00"],
    [199, "USD", "fr-US", "1,99 $US"],
    [0, "GBP", "en-GB", "£0.00"],
    [123456789, "GBP", "en-GB", "£1,234,567.89"],
  ])("%i %s in %s is %s", (amount, currency, locale, text) =>
    expect(plain(formatMoney(amount, currency, locale))).toBe(text),
  );

  it("refuses what is not a currency code", () =>
    expect(() => formatMoney(1, "dollars", "en")).toThrow(RangeError));
});
