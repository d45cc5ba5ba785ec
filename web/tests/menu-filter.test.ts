// Which items of a menu are shown for what is typed, left out and kept as a favorite.
import { expect, it } from "vitest";
import type { Menu } from "../src/menu/menu-data.ts";
import { filterMenu } from "../src/menu/menu-filter.ts";

const item = (id: string, name: string, allergens: string[] = [], description = "") => ({
  id,
  name,
  allergens,
  description,
});
const menu = {
  categories: [
    {
      id: "rings",
      name: "Ringe",
      items: [item("a", "Crème brûlée", ["MILK"]), item("b", "Zucker")],
    },
    { id: "drinks", name: "Getränke", items: [item("c", "Kaffee", [], "Mit Zucker oder Creme")] },
    { id: "ja", name: "抹茶", items: [item("d", "抹茶ラテ", ["MILK"])] },
  ],
} as unknown as Menu;

const shown = (text: string, avoided: string[] = [], only?: ReadonlySet<string>) =>
  filterMenu(menu, { text, avoided, only }).categories.flatMap(({ items }) =>
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
  expect(filterMenu(menu, { text: "", avoided: ["MILK"], only: undefined }).hidden).toBe(2);
  expect(filterMenu(menu, { text: "zucker", avoided: ["MILK"], only: undefined }).hidden).toBe(0);
});

it("shows favorites alone, and no category without an item", () => {
  expect(shown("", [], new Set(["c"]))).toEqual(["c"]);
  expect(filterMenu(menu, { text: "", avoided: [], only: new Set(["c"]) }).categories).toHaveLength(
    1,
  );
});
