// Every language has all texts of the pages of staff.
import { it } from "vitest";
import { LANGUAGES } from "../src/i18n/language.ts";
import { loadAccountTexts } from "../src/staff/account/texts/use-account-texts.ts";
import { loadCatalogTexts } from "../src/staff/catalog/texts/use-catalog-texts.ts";
import { loadFigureTexts } from "../src/staff/figures/texts/use-figure-texts.ts";
import { loadHoursTexts } from "../src/staff/hours/texts/use-hours-texts.ts";
import { loadOfficeTexts } from "../src/staff/office/texts/use-office-texts.ts";
import { loadOpsTexts } from "../src/staff/ops/texts/use-ops-texts.ts";
import { loadPriceTexts } from "../src/staff/prices/texts/use-price-texts.ts";
import { loadStockTexts } from "../src/staff/stock/texts/use-stock-texts.ts";
import { loadWasteTexts } from "../src/staff/waste/texts/use-waste-texts.ts";
import { saysEverything } from "./support/texts.ts";

const PARTS = {
  account: loadAccountTexts,
  catalog: loadCatalogTexts,
  hours: loadHoursTexts,
  figures: loadFigureTexts,
  office: loadOfficeTexts,
  ops: loadOpsTexts,
  prices: loadPriceTexts,
  stock: loadStockTexts,
  waste: loadWasteTexts,
};

it.each(Object.entries(PARTS))("has all texts of %s in every language", async (_, load) => {
  for (const code of LANGUAGES) saysEverything(code, await load(code));
});
