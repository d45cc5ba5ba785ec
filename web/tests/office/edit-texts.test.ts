// Edits in words: what the API names by documents, entries and JSON, as people read it.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { en as say } from "../../src/i18n/en.ts";
import { en as account } from "../../src/staff/account/texts/en.ts";
import { en as catalog } from "../../src/staff/catalog/texts/en.ts";
import { editTexts, type Naming } from "../../src/staff/office/edit-texts.ts";
import { en as texts } from "../../src/staff/office/texts/en.ts";
import { personText } from "../../src/staff/person-text.ts";

const naming: Naming = {
  code: "en",
  say,
  texts,
  account,
  catalog,
  storeName: (id) => (id === "de-1" ? "Carte Berlin (de-1)" : id),
  marketOfStore: (id) => (id === "de-1" ? "de" : undefined),
  namesOf: (market) =>
    market === "de"
      ? {
          items: new Map([["ring", "Glazed Ring"]]),
          categories: new Map([["donuts", "Donuts"]]),
          currency: "EUR",
        }
      : undefined,
};
const edits = editTexts(naming);
const STORE = "STORE#de-1/ASSORTMENT";
const ITEM = "CATALOG#de/ITEM#ring";
const PERSON = "PEOPLE#f/PERSON#5f0c-1";

it.each([
  [STORE, "Assortment · Carte Berlin (de-1)"],
  ["STORE#us-9/STOCK", "Stock · us-9"],
  ["STORE#de-1/PROFILE", "Store details · Carte Berlin (de-1)"],
  [ITEM, "Catalog · Germany"],
  ["CATALOG#de/CURRENT", "Catalog · Germany"],
  [PERSON, "Roles · 5f0c-1"],
  ["ORDER#k7f2abcd", "Order k7f2abcd…"],
  ["SUBSCRIBER#0f/SUBSCRIBER", "Stock alerts"],
  ["NEWER#1/THING", "NEWER#1/THING"],
])("names the document %s", (document, name) => {
  expect(edits.document(document)).toBe(name);
});

it.each([
  [STORE, "ring/price", "249", "Glazed Ring · Price", "€2.49"],
  [STORE, "ring/price", "null", "Glazed Ring · Price", "as in the catalog"],
  [STORE, "gone/listed", "false", "gone · On the menu", "no"],
  [STORE, "ring/rank", "7", "Glazed Ring · Place on the menu", "7"],
  // The store's market is not known yet.
  ["STORE#us-9/ASSORTMENT", "ring/price", "249", "ring · Price", "249"],
  ["STORE#de-1/STOCK", "ring/count", "1200", "Glazed Ring · Pieces counted", "1,200"],
  ["STORE#de-1/PROFILE", "closed:12-24", '"2026-12-24"', "Closed on December 24", "Dec 24, 2026"],
  ["STORE#de-1/PROFILE", "closed:02-29", "null", "Closed on February 29", "open again"],
  ["STORE#de-1/PROFILE", "hidden", "true", "Left out of lists", "yes"],
  ["STORE#de-1/PROFILE", "street", '"1 High St"', "Street", "1 High St"],
  [ITEM, "ring/price", "250", "Glazed Ring · Price", "€2.50"],
  [ITEM, "ring/names/fr", '"Anneau"', "Glazed Ring · Name (French)", "Anneau"],
  [ITEM, "ring/category", '"donuts"', "Glazed Ring · Category", "Donuts"],
  [ITEM, "ring/allergens", '["MILK"]', "Glazed Ring · Allergens", "Milk"],
  [ITEM, "ring/rank", "3", "Glazed Ring · Place on the menu", "3"],
  [
    "CATALOG#de/ITEM#category:donuts",
    "category:donuts/names/de",
    '"Kringel"',
    "Category Donuts · Name (German)",
    "Kringel",
  ],
  ["CATALOG#de/CURRENT", "version", '"0198@eu-west-1"', "Version in force", "0198@eu-west-1"],
  [PERSON, "store:de-1:manager", "true", "Manager · Carte Berlin (de-1)", "given"],
  [PERSON, "market:fr:editor", "false", "Editor · France", "taken away"],
  [PERSON, "chain:admin", "true", "Administrator · the whole chain", "given"],
  [PERSON, "*", "false", "All roles", "taken away"],
  ["NEWER#1/THING", "what/else", "{", "what/else", "{"],
])("says of %s %s = %s what it is", (document, entry, json, name, value) => {
  expect(edits.entry(document, entry)).toBe(name);
  expect(edits.value(document, entry, json)).toBe(value);
});

it("has a name for every mutation that actions list", () => {
  const schema = readFileSync(
    new URL("../../../graphql_schema/schema.graphql", import.meta.url),
    "utf8",
  );
  const body = /^type Mutation \{\n([\s\S]*?)^\}/m.exec(schema)?.[1] ?? "";
  const all = [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name);
  // Those of guests, and what the API keeps in the journal of the stock instead; forms change nothing.
  const forms = ["createStockUpload", "createPictureUpload"];
  const others = ["placeOrder", "offerCard", "recordSale", "recordWaste", ...forms];
  expect(all.length).toBeGreaterThan(others.length);
  expect(Object.keys(texts.mutations).sort()).toEqual(
    all.filter((name) => name && !others.includes(name)).sort(),
  );
});

it("tells the reader apart from others, and files by a word", () => {
  const nameOf = (author: string) => personText(author, { id: "ada" }, texts);
  expect([nameOf("ada"), nameOf("eve"), nameOf("s3:bucket/key")]).toEqual([
    "ada (you)",
    "eve",
    "a file",
  ]);
});
