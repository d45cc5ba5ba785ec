// What a tax is called in the language of the interface: the service names it as the law of its country does.
import type { OrderTexts } from "./texts/order-texts.ts";

type TaxKind = keyof OrderTexts["taxes"];

/** Value-added tax in the languages of the markets that have one. */
const VALUE_ADDED: readonly string[] = ["VAT", "USt", "TVA", "IVA", "btw"];

/** The name in these texts; the service's own where they have none, as for GST, HST, PST and QST. */
export function taxName(name: string, { taxes }: Pick<OrderTexts, "taxes">): string {
  const kind = VALUE_ADDED.includes(name) ? "VAT" : name;
  return Object.hasOwn(taxes, kind) ? taxes[kind as TaxKind] : name;
}
