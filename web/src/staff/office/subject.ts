// What a document is about, and the roles that its entries name: read from the names that the API gives them.
import type { StaffRole } from "../../generated/office.ts";
import type { HeldRole } from "../session/grants.ts";

/** `other`: this page knows no better than its name. */
export type Subject =
  | { kind: "assortment" | "stock" | "profile"; storeId: string }
  | { kind: "item"; market: string; itemId: string }
  | { kind: "category"; market: string; categoryId: string }
  | { kind: "published"; market: string }
  | { kind: "roles"; person: string }
  | { kind: "order"; start: string }
  | { kind: "alerts" }
  | { kind: "other" };

const OF_STORE = { ASSORTMENT: "assortment", STOCK: "stock", PROFILE: "profile" } as const;
const STORE = /^STORE#([^/]+)\/(ASSORTMENT|STOCK|PROFILE)$/;
const CATALOG = /^CATALOG#([^/]+)\/(CURRENT|ITEM#(category:)?(.+))$/;
const PERSON = /^PEOPLE#[0-9a-f]+\/PERSON#(.+)$/;
const ORDER = /^ORDER#([^/]+)/;

/** Return what a document such as `STORE#us-00001/ASSORTMENT` is about. */
export function subjectOf(document: string): Subject {
  const store = STORE.exec(document);
  if (store?.[1] && store[2]) {
    return { kind: OF_STORE[store[2] as keyof typeof OF_STORE], storeId: store[1] };
  }
  const [, market, what, isCategory, id] = CATALOG.exec(document) ?? [];
  if (market && what === "CURRENT") return { kind: "published", market };
  if (market && id) {
    return isCategory
      ? { kind: "category", market, categoryId: id }
      : { kind: "item", market, itemId: id };
  }
  const person = PERSON.exec(document)?.[1];
  if (person) return { kind: "roles", person };
  const start = ORDER.exec(document)?.[1];
  if (start) return { kind: "order", start };
  return document.startsWith("SUBSCRIBER#") ? { kind: "alerts" } : { kind: "other" };
}

const ROLE = /^(?:(store|market):([^:]+)|chain):(till|manager|editor|admin|operator)$/;

/** Return the role that an entry of a person's document names: `store:us-00001:till`; undefined: it names none. */
export function roleOf(entry: string): HeldRole | undefined {
  const [, scope, place = null, role] = ROLE.exec(entry) ?? [];
  if (!role) return undefined;
  return {
    name: entry,
    role: role.toUpperCase() as StaffRole,
    storeId: scope === "store" ? place : null,
    market: scope === "market" ? place : null,
  };
}

/** Return an entry without the item that it begins with: `ring/names/fr` of the draft of `ring` is `names/fr`. */
export const withinItem = (entry: string, itemId: string): string =>
  entry.startsWith(`${itemId}/`) ? entry.slice(itemId.length + 1) : entry;

/** Return the item and the property of an entry of what a store sells or has: `ring/price`. */
export function itemAndProperty(entry: string): [itemId: string, property: string] {
  const at = entry.indexOf("/");
  return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
}
