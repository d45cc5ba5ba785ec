// Taxes are named in the language of the interface, whatever the store's country calls them.
import { expect, it } from "vitest";
import { LANGUAGES } from "../src/i18n/language.ts";
import { taxName } from "../src/orders/tax-name.ts";
import { loadOrderTexts } from "../src/orders/texts/use-order-texts.ts";

it("names the taxes of the chain's countries in each language", async () => {
  const de = await loadOrderTexts("de");
  const names = ["sales tax", "meals tax", "consumption tax", "service tax", "IVA", "GST"];
  expect(names.map((name) => taxName(name, de))).toEqual([
    "Verkaufssteuer",
    "Speisensteuer",
    "Verbrauchsteuer",
    "Dienstleistungssteuer",
    "MwSt.",
    "GST",
  ]);
  for (const code of LANGUAGES) {
    const texts = await loadOrderTexts(code);
    for (const name of names.slice(0, 4)) {
      if (code !== "en") expect(taxName(name, texts), `${code} ${name}`).not.toBe(name);
    }
    const added = new Set(["VAT", "USt", "TVA", "IVA", "btw"].map((name) => taxName(name, texts)));
    expect(added.size, code).toBe(1);
  }
});

it("leaves the name of a tax that it does not know, whatever it is", async () => {
  const en = await loadOrderTexts("en");
  expect(["QST", "toString", ""].map((name) => taxName(name, en))).toEqual(["QST", "toString", ""]);
});
