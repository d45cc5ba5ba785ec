// What the parts of the page about prices share.
import type { PriceTexts } from "./texts/price-texts.ts";

export interface PriceGiven {
  texts: PriceTexts;
  /** For numbers and money, such as `de-CH`. */
  locale: string;
  currency: string;
  /** Digits after the point in the currency. */
  digits: number;
}
