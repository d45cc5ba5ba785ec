// What the fields of an item's editor share.
import type { CatalogGiven } from "./catalog-given.ts";
import type { Wording } from "./entry-names.ts";
import type { Field, Item, Typed } from "./item-edit.ts";

export interface FieldGiven extends CatalogGiven {
  item: Item;
  name: string;
  wording: Wording;
  typed: Typed;
  type: (more: Partial<Typed>) => void;
  digits: number;
  wrong: readonly Field[];
}
