// Which items of a menu are shown: those that fit what is typed, without what the guest leaves out.
import type { DietChoice } from "../preferences.ts";
import type { Menu, MenuItem } from "./menu-data.ts";

export interface MenuFilter {
  /** What the guest typed; empty for all items. */
  text: string;
  /** Allergens whose items are left out. */
  avoided: readonly string[];
  /** Items without a statement that fits are left out; "" for all items. */
  diet: DietChoice;
  /** Ids of the items that are shown; undefined for all. */
  only: ReadonlySet<string> | undefined;
}

export interface FilteredMenu {
  /** Without those that have no item left. */
  categories: Menu["categories"];
  /** How many items are left out because of their allergens or their diet. */
  hidden: number;
}

/**
 * Return the part of a menu that a filter lets through.
 *
 * Each typed word must be the start of a word of the item's name, its description or its category's name. Case
 * and accents do not matter.
 */
export function filterMenu(menu: Menu, { text, avoided, diet, only }: MenuFilter): FilteredMenu {
  const words = wordsOf(text);
  let hidden = 0;
  const categories = menu.categories.map((category) => {
    const wanted = category.items.filter(
      (item) => (!only || only.has(item.id)) && fits(item, category.name, words),
    );
    const items = wanted.filter(
      (item) => !item.allergens.some((one) => avoided.includes(one)) && fitsDiet(item, diet),
    );
    hidden += wanted.length - items.length;
    return { ...category, items };
  });
  return { categories: categories.filter(({ items }) => items.length > 0), hidden };
}

/** Whether an item is stated to fit a diet; what is vegan is vegetarian, too. */
const fitsDiet = (item: MenuItem, diet: DietChoice): boolean =>
  diet === "" || item.diet === diet || (diet === "VEGETARIAN" && item.diet === "VEGAN");

function fits(item: MenuItem, category: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const all = ` ${wordsOf(`${item.name} ${item.description ?? ""} ${category}`).join(" ")}`;
  // Japanese has no blanks between words.
  return words.every((word) => all.includes(/^[\w]/.test(word) ? ` ${word}` : word));
}

/** The words of a text in lower case, without accents. */
const wordsOf = (text: string): string[] =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .split(/[\s,.;:!?'"()/&+–-]+/)
    .filter(Boolean);
