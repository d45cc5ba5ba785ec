// Prices: minor units of a currency as people of a language write them.

const formats = new Map<string, Intl.NumberFormat>();

function currencyFormat(currency: string, locale: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: "currency", currency });
    formats.set(key, format);
  }
  return format;
}

/** How many digits follow the point in a currency (ISO 4217): 2 for USD, 0 for JPY. */
export const minorDigits = (currency: string): number =>
  currencyFormat(currency, "en").resolvedOptions().maximumFractionDigits ?? 2;

/**
 * Write an amount: 199 USD is "$1.99" in en-US, 280 JPY is "¥280".
 *
 * @param amountMinor whole minor units of `currency` (cents, or yen)
 * @throws RangeError when `currency` is not three letters
 */
export function formatMoney(amountMinor: number, currency: string, locale: string): string {
  const amount = amountMinor / 10 ** minorDigits(currency);
  return currencyFormat(currency, locale).format(amount);
}
