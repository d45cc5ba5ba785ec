// Prices: minor units of a currency as people of a language write them.
import { numberFormat } from "./formats.ts";

/**
 * How many digits follow the point in a currency (ISO 4217): 2 for USD, 0 for JPY, in every language.
 *
 * @param locale of a formatter that asks for it: one that is used anyway need not be made for this alone
 */
export function minorDigits(currency: string, locale = "en"): number {
  let digits = known.get(currency);
  if (digits === undefined) {
    digits = moneyFormat(currency, locale).resolvedOptions().maximumFractionDigits ?? 2;
    known.set(currency, digits);
  }
  return digits;
}

// Asking a formatter for its options takes longer than formatting.
const known = new Map<string, number>();

const moneyFormat = (currency: string, locale: string) =>
  numberFormat(locale, { style: "currency", currency });

/**
 * Write an amount: 199 USD is "$1.99" in en-US, 280 JPY is "¥280".
 *
 * @param amountMinor whole minor units of `currency` (cents, or yen)
 * @throws RangeError when `currency` is not three letters
 */
export function formatMoney(amountMinor: number, currency: string, locale: string): string {
  const amount = amountMinor / 10 ** minorDigits(currency, locale);
  return moneyFormat(currency, locale).format(amount);
}
