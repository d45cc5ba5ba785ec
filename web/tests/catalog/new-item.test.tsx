// @vitest-environment happy-dom
// New items and categories of a catalog: suggested ids, what is refused, what is sent, and what stands after it.

import { expect, it, vi } from "vitest";
import { MOST_ITEM_NAME } from "../../src/generated/limits.ts";
import type { Staff } from "../../src/staff/account/staff.ts";
import { CategoriesView } from "../../src/staff/catalog/categories-view.tsx";
import { categoryEditOf, newCategoryOf } from "../../src/staff/catalog/category-edit.ts";
import { ItemsView } from "../../src/staff/catalog/items-view.tsx";
import { inputOf, suggestedId } from "../../src/staff/catalog/new-item.ts";
import { en } from "../../src/staff/catalog/texts/en.ts";
import { pageOfEachTest } from "../support/page.ts";
import { EDITOR, LISTED, RING, type Service, STATE, serviceOf } from "./given.ts";

const page = pageOfEachTest();

const given = (service: Service, roles: unknown[] = [EDITOR]) => ({
  staff: { id: "ada", roles, send: service.send, settings: {} } as unknown as Staff,
  texts: en,
  catalog: STATE,
  country: "Germany",
  refresh: vi.fn(),
});
const pageOf = (nodes: unknown[]) => ({
  catalogItems: {
    totalCount: nodes.length,
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: nodes.map((node) => ({ node })),
  },
});
const choose = async (selector: string, value: string) => {
  const field = page.one(selector) as HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};
const value = (selector: string) => (page.one(selector) as HTMLInputElement).value;

it.each([
  ["Crème brûlée", "creme-brulee"],
  ["Großer Berliner", "grosser-berliner"],
  ["  Farmer's choice & more! ", "farmers-choice-more"],
  ["Ærø – smørrebrød", "aero-smorrebrod"],
  ["抹茶ドーナツ", ""],
  ["x".repeat(80), "x".repeat(64)],
])("suggests an id for %s", (name, id) => {
  expect(suggestedId(name)).toBe(id);
});

it("says all that a new item lacks, and sends nothing that the API would refuse", () => {
  const place = { market: "de", locale: "de", digits: 2, taken: ["Ring"] };
  const wrong = (name: string, id: string | undefined, category: string, price: string) =>
    inputOf({ name, id, category, price }, place).wrong;
  expect(wrong("", undefined, "", "")).toEqual(["name", "id", "category", "price"]);
  expect(wrong("Ring", undefined, "donuts", "1,50")).toEqual(["taken"]);
  expect(wrong("Ring", "-ring", "donuts", "1,50")).toEqual(["id"]);
  expect(wrong("Ring", "r".repeat(65), "donuts", "1e3")).toEqual(["id", "price"]);
  expect(wrong("抹茶", "matcha", "donuts", "0")).toEqual([]);
});

it("makes an item, and opens its draft with the focus on it", async () => {
  let made = false;
  const fresh = { ...LISTED[0], itemId: "zimtring", change: "ADDED", missing: ["ALLERGENS"] };
  const service = serviceOf({
    CatalogItems: () => pageOf(made ? [...LISTED, fresh] : LISTED),
    CatalogItem: { catalogItem: { ...RING, itemId: "zimtring" } },
    EditCatalogItem: () => {
      made = true;
      return { editCatalogItem: { item: { itemId: "zimtring" }, errors: [] } };
    },
  });
  page.show(<ItemsView {...given(service)} />);
  await page.shown("[data-testid=add-item]");
  await page.press("[data-testid=add-item]");
  await page.press("[data-testid=make-item]");
  expect(service.operations.map(({ name }) => name)).toEqual(["CatalogItems"]);
  expect(page.one("[data-testid=new-item]").textContent).toContain(en.nameNeeded);
  await page.write("[data-testid=new-name]", " Zimtring ");
  expect(value("[data-testid=new-id]")).toBe("zimtring");
  await choose("[data-testid=new-category]", "donuts");
  await page.write("[data-testid=new-price]", "1,99");
  await page.press("[data-testid=make-item]");
  await page.shown("[data-testid=item-editor]");
  const edit = service.operations.find(({ name }) => name === "EditCatalogItem");
  expect(edit?.input).toMatchObject({
    market: "de",
    itemId: "zimtring",
    names: [{ locale: "de", text: "Zimtring" }],
    category: "donuts",
    priceMinor: 199,
    expected: [
      { entry: "names/de", stamp: null },
      { entry: "category", stamp: null },
      { entry: "price", stamp: null },
    ],
  });
  expect(page.all("[data-testid=new-item]")).toEqual([]);
  expect(document.activeElement?.closest("[data-item]")?.getAttribute("data-item")).toBe(
    "zimtring",
  );
});

it("offers no new item to who may not edit", async () => {
  const operator = { name: "chain:operator", role: "OPERATOR", storeId: null, market: null };
  page.show(<ItemsView {...given(serviceOf({ CatalogItems: pageOf(LISTED) }), [operator])} />);
  await page.shown("[data-testid=catalog-item]");
  expect(page.all("[data-testid=add-item]")).toEqual([]);
});

it("says that somebody else made the item meanwhile", async () => {
  const error = {
    __typename: "ChangedMeanwhileError",
    message: "eve set names/de",
    path: ["expected"],
    entry: "names/de",
    value: '"Zimt"',
    author: "eve",
    at: "2026-05-04T10:00:00Z",
  };
  const service = serviceOf({
    CatalogItems: pageOf(LISTED),
    // One error for each entry that the form sends; to people they are one.
    EditCatalogItem: {
      editCatalogItem: {
        item: null,
        errors: ["names/de", "category", "price"].map((entry) => ({
          ...error,
          message: `eve set ${entry}`,
          entry,
        })),
      },
    },
  });
  page.show(<ItemsView {...given(service)} />);
  await page.shown("[data-testid=add-item]");
  await page.press("[data-testid=add-item]");
  expect((page.one("[data-testid=new-name]") as HTMLInputElement).maxLength).toBe(MOST_ITEM_NAME);
  await page.write("[data-testid=new-name]", "Zimtring");
  await choose("[data-testid=new-category]", "donuts");
  await page.write("[data-testid=new-price]", "1.99");
  await page.press("[data-testid=make-item]");
  await vi.waitFor(() =>
    expect(page.one("[data-testid=catalog-saving]").textContent).toBe(en.idTaken),
  );
  expect(value("[data-testid=new-name]")).toBe("Zimtring");
});

const DONUTS = {
  id: "donuts",
  names: [
    { locale: "en", text: "Donuts" },
    { locale: "de", text: "Kringel" },
  ],
  rank: 2,
  withdrawn: false,
  entries: [
    { entry: "names/en", stamp: "1@a" },
    { entry: "rank", stamp: "2@a" },
  ],
};

it("sends only what differs of a category, and refuses to leave it without a name", () => {
  const edit = categoryEditOf(DONUTS, {
    names: { en: " Donuts ", de: "", fr: "Beignets" },
    place: "7",
    withdrawn: true,
  });
  expect(edit.set).toEqual({
    names: [
      { locale: "de", remove: true },
      { locale: "fr", text: "Beignets" },
    ],
    rank: 7,
    withdrawn: true,
  });
  expect(edit.expected).toEqual([
    { entry: "names/de", stamp: null },
    { entry: "names/fr", stamp: null },
    { entry: "rank", stamp: "2@a" },
    { entry: "withdrawn", stamp: null },
  ]);
  expect(categoryEditOf(DONUTS, { names: { en: "", de: " " } }).wrong).toEqual(["name"]);
  expect(categoryEditOf(DONUTS, { names: {}, place: "1.5" }).wrong).toEqual(["place"]);
  expect(categoryEditOf(DONUTS, { names: {}, place: "1000001" }).wrong).toEqual(["place"]);
  expect(categoryEditOf(DONUTS, { names: {} }).isEdit).toBe(false);
});

it("makes a category in the market's language", () => {
  const place = { market: "de", locale: "de", taken: ["donuts"] };
  expect(newCategoryOf({ name: "Snacks", id: undefined, place: "3" }, place).input).toEqual({
    market: "de",
    categoryId: "snacks",
    names: [{ locale: "de", text: "Snacks" }],
    rank: 3,
    expected: [
      { entry: "names/de", stamp: null },
      { entry: "rank", stamp: null },
    ],
  });
  expect(newCategoryOf({ name: "Donuts", id: undefined, place: "x" }, place).wrong).toEqual([
    "taken",
    "place",
  ]);
});

it("saves a category's names and makes another one", async () => {
  const service = serviceOf({
    CatalogCategories: { catalog: { categories: [DONUTS], withdrawnCategories: [] } },
    EditCatalogCategory: { editCatalogCategory: { category: { id: "donuts" }, errors: [] } },
  });
  page.show(<CategoriesView {...given(service)} />);
  await page.shown("[data-testid=category]");
  expect(page.one("[data-testid=category]").textContent).toContain("Missing in: French");
  await page.press("[data-testid=edit-category]");
  await page.write("[data-testid=category-name-fr]", "Beignets");
  await page.press("[data-testid=save-category]");
  const edits = () => service.operations.filter(({ name }) => name === "EditCatalogCategory");
  await vi.waitFor(() => expect(edits()).toHaveLength(1));
  expect(edits()[0]?.input).toMatchObject({ names: [{ locale: "fr", text: "Beignets" }] });
  await page.press("[data-testid=add-category]");
  await page.press("[data-testid=make-category]");
  expect(page.one("[data-testid=new-category]").textContent).toContain(en.nameNeeded);
  await page.write("[data-testid=new-category-name]", "Snacks");
  await page.press("[data-testid=make-category]");
  await vi.waitFor(() => expect(edits()).toHaveLength(2));
  expect(edits()[1]?.input).toMatchObject({ market: "de", categoryId: "snacks" });
  await vi.waitFor(() => expect(page.all("[data-testid=new-category]")).toEqual([]));
});
