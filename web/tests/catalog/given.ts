// A catalog of two items, and a service that answers for it: for tests of the pages of catalogs.
import type { CarteAnswer, CarteOperation } from "../../clients/carte.ts";
import type { CatalogItemsQuery, CatalogStateQuery } from "../../src/generated/catalog.ts";
import type { Item } from "../../src/staff/catalog/item-edit.ts";

export const EDITOR = { name: "market:de:editor", role: "EDITOR", storeId: null, market: "de" };

const text = (locale: string, written: string) => ({ locale, text: written });

export const RING: Item = {
  itemId: "ring",
  withdrawn: false,
  draft: {
    category: "donuts",
    names: [text("de", "Ring"), text("en", "Ring")],
    descriptions: [text("en", "Soft.")],
    price: { amountMinor: 199 },
    allergens: ["GLUTEN"],
    diet: null,
    calories: 260,
    imageUrl: "/pictures/ring.svg",
  },
  published: {
    category: "donuts",
    names: [text("en", "Ring")],
    descriptions: [text("en", "Soft.")],
    price: { amountMinor: 150 },
    allergens: ["GLUTEN"],
    diet: null,
    calories: 260,
    imageUrl: "/pictures/ring.svg",
  },
  entries: [
    { entry: "names/en", stamp: "3@a" },
    { entry: "price", stamp: "4@a" },
    { entry: "allergens", stamp: "5@a" },
  ],
};

export const STATE: CatalogStateQuery["catalog"] = {
  market: "de",
  currency: "EUR",
  locale: "de",
  locales: ["en", "fr", "de"],
  draftsVersion: "d1",
  itemCount: 2,
  addedCount: 1,
  changedCount: 1,
  withdrawnCount: 0,
  otherChanges: false,
  incompleteCount: 1,
  withoutAllergensCount: 1,
  untranslatedCount: 2,
  editedAt: null,
  categories: [{ id: "donuts", names: [text("en", "Donuts"), text("de", "Donuts")] }],
  published: {
    version: "v1",
    at: "2026-05-04T10:00:00Z",
    region: "eu-west-1",
    author: "ada",
    itemCount: 1,
    rollback: false,
  },
};

export const LISTED: CatalogItemsQuery["catalogItems"]["edges"][0]["node"][] = [
  {
    itemId: "ring",
    change: "CHANGED",
    withdrawn: false,
    missing: [],
    untranslatedNames: ["fr"],
    untranslatedDescriptions: ["de", "fr"],
    draft: {
      category: "donuts",
      names: RING.draft.names,
      descriptions: RING.draft.descriptions,
      price: RING.draft.price,
    },
    published: { price: { amountMinor: 150 } },
  },
  {
    itemId: "new",
    change: "ADDED",
    withdrawn: false,
    missing: ["ALLERGENS"],
    untranslatedNames: [],
    untranslatedDescriptions: [],
    draft: { category: null, names: [text("en", "New one")], descriptions: [], price: null },
    published: null,
  },
];

export const DIFFERENCE = {
  fromVersion: "v1",
  draftsVersion: "d1",
  totalCount: 2,
  addedCount: 0,
  changedCount: 1,
  withdrawnCount: 1,
  priceCount: 1,
  allergenCount: 1,
  reordered: false,
  problems: [] as string[],
  pageInfo: { hasNextPage: false },
  edges: [
    {
      node: { itemId: "latte", kind: "WITHDRAWN", names: [text("en", "Latte")], fields: [] },
    },
    {
      node: {
        itemId: "ring",
        kind: "CHANGED",
        names: [text("en", "Ring")],
        fields: [
          { aspect: "PRICE", locale: null, before: "150", after: "199" },
          { aspect: "ALLERGENS", locale: null, before: "[]", after: '["GLUTEN", "MILK"]' },
          { aspect: "NAME", locale: "de", before: "null", after: '"Ring"' },
        ],
      },
    },
  ],
  categories: [],
};

export interface Service {
  /** What was sent: name of the operation and variables. */
  operations: { name: string; input: Record<string, unknown> }[];
  send: (operation: CarteOperation) => Promise<CarteAnswer>;
}

/** A service that gives each operation what is listed for it: data, or a function of the variables. */
export function serviceOf(answers: Record<string, unknown>): Service {
  const operations: Service["operations"] = [];
  const send: Service["send"] = async ({ operationName = "", variables }) => {
    const input = (variables as { input?: Record<string, unknown> })?.input ?? variables ?? {};
    operations.push({ name: operationName, input });
    const found = answers[operationName];
    const data = await (typeof found === "function" ? found(input) : found);
    return { status: 200, headers: new Headers(), body: { data } } as CarteAnswer;
  };
  return { operations, send };
}
