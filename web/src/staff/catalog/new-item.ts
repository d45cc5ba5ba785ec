// What a new item of a catalog is made of: its id as suggested from the name, and the mutation's input.

import type { EditCatalogItemInput } from "../../generated/catalog.ts";
import { MOST_ID } from "../../generated/limits.ts";
import { parsePrice } from "../prices/price-changes.ts";

export interface NewItem {
  name: string;
  /** Undefined while nobody typed one: then the one that the name suggests. */
  id: string | undefined;
  category: string;
  price: string;
}

export const NO_ITEM: NewItem = { name: "", id: undefined, category: "", price: "" };

const ID = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${MOST_ID - 1}}$`);
// Letters that Unicode does not take apart into a letter and an accent.
const PLAIN: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l" };

/** An id made of a name, such as `creme-brulee`; empty where the name has no letter or digit of ASCII. */
export const suggestedId = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[ßæœøł]/g, (letter) => PLAIN[letter] ?? "")
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/['’]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MOST_ID)
    .replace(/^-+|-+$/g, "");

/** Whether an id can be that of something new: its form is right, and nothing has it. */
export function isNewId(id: string, taken: readonly string[]): "ok" | "id" | "taken" {
  if (!ID.test(id)) return "id";
  // Ids that differ in capital letters only are two things to the API, and one to people.
  const wanted = id.toLowerCase();
  return taken.some((one) => one.toLowerCase() === wanted) ? "taken" : "ok";
}

export const idOf = ({ id, name }: NewItem): string => (id ?? suggestedId(name)).trim();

export type WrongField = "name" | "id" | "taken" | "category" | "price";

interface Place {
  market: string;
  /** The market's language: the item has to have a name in it. */
  locale: string;
  /** Decimals of the market's currency. */
  digits: number;
  /** Ids that the market has. */
  taken: readonly string[];
}

export type Input = Omit<EditCatalogItemInput, "operationId">;

/** The input that makes the item, or what has to be mended before. */
export function inputOf(item: NewItem, place: Place): { input?: Input; wrong: WrongField[] } {
  const { market, locale, digits, taken } = place;
  const id = idOf(item);
  const name = item.name.trim();
  const price = parsePrice(item.price, digits);
  const wrong: WrongField[] = [];
  if (!name) wrong.push("name");
  const standing = isNewId(id, taken);
  if (standing !== "ok") wrong.push(standing);
  if (!item.category) wrong.push("category");
  if (price === undefined) wrong.push("price");
  if (wrong.length > 0 || price === undefined) return { wrong };
  return {
    wrong,
    input: {
      market,
      itemId: id,
      names: [{ locale, text: name }],
      category: item.category,
      priceMinor: price,
      // Nothing is overwritten where somebody else made an item with this id meanwhile.
      expected: [`names/${locale}`, "category", "price"].map((entry) => ({ entry, stamp: null })),
    },
  };
}
