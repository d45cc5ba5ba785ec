// Addresses, countries and distances as people of a language write them.
import { numberFormat } from "./formats.ts";

export interface AddressParts {
  street?: string | null;
  city: string;
  state?: string | null;
  postalCode?: string | null;
}

// Countries, not only markets: a new market needs nothing here.
const POSTCODE_FIRST = new Set(
  "ad at be bg ch cz de dk ee es fi fr gr hr is it li lt lu mc me mk mx nl no pl pt ro rs se si sk tr".split(
    " ",
  ),
);

/** One line: "1 High St, Dublin D02" or, where that is the custom, "Rue X 1, 75001 Paris". */
export function formatAddress(address: AddressParts, market: string): string {
  const { street, city, state, postalCode } = address;
  const town = POSTCODE_FIRST.has(market)
    ? joined(" ", postalCode, city)
    : joined(", ", city, joined(" ", state === city ? null : state, postalCode));
  return joined(", ", street, town);
}

/**
 * One line of a list, in which two cities of one name must be distinguished: the address, and the state also
 * where addresses do not have it: "1 Hauptstraße, 60311 Frankfurt, Hessen".
 */
export function formatListedAddress(address: AddressParts, market: string): string {
  const { city, state } = address;
  const hidden = POSTCODE_FIRST.has(market) && state !== city ? state : null;
  return joined(", ", formatAddress(address, market), hidden);
}

const joined = (separator: string, ...parts: (string | null | undefined)[]): string =>
  parts.filter(Boolean).join(separator);

/** The name of a country in a language; `country` is returned where the browser has no name for it. */
export function formatCountry(marketId: string, country: string, locale: string): string {
  try {
    const names = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
    return names.of(marketId.toUpperCase()) ?? country;
  } catch {
    return country;
  }
}

// CLDR, "measurement system": the countries whose roads have signs in miles.
const MILES = new Set(["US", "GB", "LR", "MM", "PR", "GU", "VI", "AS", "MP"]);
const KILOMETRES_A_MILE = 1.609344;

/** Whether a reader with these languages of the browser measures roads in miles. */
export function usesMiles(languages: readonly string[]): boolean {
  try {
    const locale = new Intl.Locale(
      languages.find((tag) => tag.includes("-")) ?? languages[0] ?? "",
    );
    return MILES.has(locale.region ?? locale.maximize().region ?? "");
  } catch {
    return false;
  }
}

export function formatDistance(kilometres: number, locale: string, miles = false): string {
  if (miles) {
    const distance = Math.max(0.1, kilometres / KILOMETRES_A_MILE);
    return numberFormat(locale, {
      style: "unit",
      unit: "mile",
      maximumFractionDigits: distance < 10 ? 1 : 0,
    }).format(distance);
  }
  const near = kilometres < 1;
  return numberFormat(locale, {
    style: "unit",
    unit: near ? "meter" : "kilometer",
    maximumFractionDigits: !near && kilometres < 10 ? 1 : 0,
  }).format(near ? Math.round(kilometres * 100) * 10 : kilometres);
}

/** A language as one country writes it ("en-IE"): its clock and its currency sign. */
export const localeIn = (language: string, marketId: string): string =>
  language.includes("-") || !/^[a-z]{2}$/i.test(marketId)
    ? language
    : `${language}-${marketId.toUpperCase()}`;
