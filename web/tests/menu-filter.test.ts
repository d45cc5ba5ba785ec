// Which items of a menu are shown for what is typed, left out and kept as a favorite.
import { expect, it } from "vitest";
import type { Menu } from "../src/menu/menu-data.ts";
import { filterMenu } from "../src/menu/menu-filter.ts";

const item = (
  id: string,
  name: string,
  allergens: string[] = [],
  description = "",
  diet?: string,
) => ({
  id,
  name,
  allergens,
  description,
  diet: diet ?? null,
});
const menu = {
  categories: [
    {
      id: "rings",
      name: "Ringe",
      items: [item("a", "Crème brûlée", ["MILK"]), item("b", "Zucker")],
    },
    {
      id: "drinks",
      name: "Getränke",
      items: [item("c", "Kaffee", [], "Mit Zucker oder Creme", "VEGAN")],
    },
    { id: "ja", name: "抹茶", items: [item("d", "抹茶ラテ", ["MILK"], "", "VEGETARIAN")] },
  ],
} as unknown as Menu;

const ALL = { text: "", avoided: [], diet: "", only: undefined } as const;
const shown = (text: string, avoided: string[] = [], only?: ReadonlySet<string>) =>
  filterMenu(menu, { ...ALL, text, avoided, only }).categories.flatMap(({ items }) =>
    items.map(({ id }) => id),
  );

it("finds the starts of words in names, descriptions and categories", () => {
  expect(shown("")).toEqual(["a", "b", "c", "d"]);
  expect(shown("zuck")).toEqual(["b", "c"]);
  expect(shown("CREME zucker")).toEqual(["c"]);
  expect(shown("brulee")).toEqual(["a"]);
  expect(shown("getr")).toEqual(["c"]);
  expect(shown("ucker")).toEqual([]);
});

it("finds parts of texts that have no blanks", () => {
  expect(shown("ラテ")).toEqual(["d"]);
});

it("counts what is left out because of allergens, among what fits", () => {
  expect(shown("", ["MILK"])).toEqual(["b", "c"]);
  expect(filterMenu(menu, { ...ALL, avoided: ["MILK"] }).hidden).toBe(2);
  expect(filterMenu(menu, { ...ALL, text: "zucker", avoided: ["MILK"] }).hidden).toBe(0);
});

it("shows favorites alone, and no category without an item", () => {
  expect(shown("", [], new Set(["c"]))).toEqual(["c"]);
  expect(filterMenu(menu, { ...ALL, only: new Set(["c"]) }).categories).toHaveLength(1);
});

it("shows what is stated to fit a diet, and hides what has no statement", () => {
  const ids = (diet: "" | "VEGETARIAN" | "VEGAN") =>
    filterMenu(menu, { ...ALL, diet }).categories.flatMap(({ items }) => items.map(({ id }) => id));
  expect(ids("VEGAN")).toEqual(["c"]);
  expect(ids("VEGETARIAN")).toEqual(["c", "d"]);
  expect(filterMenu(menu, { ...ALL, diet: "VEGAN" }).hidden).toBe(3);
});
