// The edit that what was typed makes of a draft, with the stamps that were seen; filters of the list.
import { expect, it } from "vitest";
import { editOf, NOTHING_TYPED, nameOf } from "../../src/staff/catalog/item-edit.ts";
import { groupsOf } from "../../src/staff/catalog/item-filter.ts";
import { LISTED, RING, STATE } from "./given.ts";

it("sends only what differs, with the stamp of each value that was seen", () => {
  const edit = editOf(
    RING,
    {
      texts: { "names/en": " Glazed ring ", "names/de": "Ring", "descriptions/fr": "Doux." },
      price: "2.10",
      calories: "260",
      allergens: ["GLUTEN"],
      withdrawn: false,
    },
    2,
  );
  expect(edit.set).toEqual({
    names: [{ locale: "en", text: "Glazed ring" }],
    descriptions: [{ locale: "fr", text: "Doux." }],
    priceMinor: 210,
  });
  expect(edit.expected).toEqual([
    { entry: "names/en", stamp: "3@a" },
    { entry: "descriptions/fr", stamp: null },
    { entry: "price", stamp: "4@a" },
  ]);
  expect(edit.wrong).toEqual([]);
});

it("takes texts, calories and the picture away where a field is emptied", () => {
  const typed = { texts: { "descriptions/en": " " }, calories: "", imageUrl: "" };
  expect(editOf(RING, typed, 2).set).toEqual({
    descriptions: [{ locale: "en", remove: true }],
    clear: ["CALORIES", "IMAGE_URL"],
  });
});

it("states a diet, and takes the statement away", () => {
  expect(editOf(RING, { texts: {}, diet: "VEGAN" }, 2).set).toEqual({ diet: "VEGAN" });
  const vegan = { ...RING, draft: { ...RING.draft, diet: "VEGAN" as const } };
  expect(editOf(vegan, { texts: {}, diet: "" }, 2).set).toEqual({ clear: ["DIET"] });
  expect(editOf(vegan, { texts: {}, diet: "VEGAN" }, 2).set).toEqual({});
});

it("states no allergens only where that is said, and refuses what it cannot read", () => {
  expect(editOf(RING, { texts: {}, allergens: [] }, 2).set).toEqual({ allergens: [] });
  const wrong = editOf(RING, { texts: {}, allergens: null, price: "x", calories: "10001" }, 2);
  expect(wrong.wrong).toEqual(["price", "calories", "allergens"]);
  expect(wrong.set).toEqual({});
  expect(editOf(RING, NOTHING_TYPED, 2)).toEqual({ set: {}, expected: [], wrong: [] });
});

it("groups items by category, and finds those that are changed, not ready or untranslated", () => {
  const about = { categories: STATE.categories, noCategory: "none", withdrawn: "gone" };
  const ids = (filter: "all" | "changed" | "notReady" | "untranslated", search = "") =>
    groupsOf(LISTED, { filter, search }, about, "en").map(({ name, items }) => [
      name,
      ...items.map(({ itemId }) => itemId),
    ]);
  expect(ids("all")).toEqual([
    ["Donuts", "ring"],
    ["none", "new"],
  ]);
  expect(ids("notReady")).toEqual([["none", "new"]]);
  expect(ids("untranslated")).toEqual([["Donuts", "ring"]]);
  expect(ids("all", "NEW ONE")).toEqual([["none", "new"]]);
  expect(ids("changed", "nothing")).toEqual([]);
});

it("names an item in the first language that has a name", () => {
  expect(nameOf(RING.draft.names, "fr", "de")).toBe("Ring");
  expect(nameOf([], "fr")).toBe("");
});
