// Edits in words: documents, entries and values as the API names them, by the names that people know.
import { formatCountry, localeIn } from "../../formatting/address.ts";
import { formatMoney } from "../../formatting/money.ts";
import type { Messages } from "../../i18n/messages.ts";
import { roleText } from "../account/role-name.tsx";
import type { AccountTexts } from "../account/texts/account-texts.ts";
import { entryName, valueText, type Wording } from "../catalog/entry-names.ts";
import type { CatalogTexts } from "../catalog/texts/catalog-texts.ts";
import type { MarketNames } from "../item-names.ts";
import { itemAndProperty, roleOf, type Subject, subjectOf, withinItem } from "./subject.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

/** What is known by now of the things that edits are about. */
export interface Naming {
  /** The language of the interface. */
  code: string;
  say: Messages;
  texts: OfficeTexts;
  account: AccountTexts;
  catalog: CatalogTexts;
  /** A store's name and id, or its id alone. */
  storeName: (storeId: string) => string;
  /** Undefined: not known yet. */
  marketOfStore: (storeId: string) => string | undefined;
  /** Undefined: not known yet. */
  namesOf: (market: string) => MarketNames | undefined;
}

export interface EditTexts {
  /** What was edited, and where: "Assortment · Carte Berlin (de-00001)". */
  document: (document: string) => string;
  /** What of it: "Glazed Ring · Price". */
  entry: (document: string, entry: string) => string;
  /** What it was set to, from its JSON: "€2.49". */
  value: (document: string, entry: string, json: string) => string;
}

/** The register by which all roles of a person are taken away at once. */
const ALL_ROLES = "*";
const CLOSED_DAY = "closed:";
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Return how edits are written; ids stand where names are not known. */
export function editTexts(naming: Naming): EditTexts {
  return {
    document: (document) => documentText(subjectOf(document), document, naming),
    entry: (document, entry) => entryText(subjectOf(document), entry, naming),
    value: (document, entry, json) => {
      const value = parsed(json);
      if (value === undefined) return json;
      return valueOfEntry(subjectOf(document), entry, { value, json }, naming);
    },
  };
}

function documentText(subject: Subject, document: string, { texts, ...naming }: Naming): string {
  switch (subject.kind) {
    case "assortment":
      return `${texts.assortment} · ${naming.storeName(subject.storeId)}`;
    case "stock":
      return `${texts.stock} · ${naming.storeName(subject.storeId)}`;
    case "profile":
      return `${texts.storeDetails} · ${naming.storeName(subject.storeId)}`;
    case "item":
    case "category":
    case "published":
      return `${texts.catalog} · ${formatCountry(subject.market, subject.market, naming.code)}`;
    case "roles":
      return `${texts.roles} · ${subject.person}`;
    case "order":
      return texts.order(subject.start);
    case "alerts":
      return texts.alerts;
    case "other":
      return document;
  }
}

function entryText(subject: Subject, entry: string, naming: Naming): string {
  const { texts, account, catalog, code, namesOf } = naming;
  switch (subject.kind) {
    case "assortment":
    case "stock": {
      const [itemId, property] = itemAndProperty(entry);
      const market = naming.marketOfStore(subject.storeId);
      const name = (market && namesOf(market)?.items.get(itemId)) ?? itemId;
      return `${name} · ${propertyName(property, naming)}`;
    }
    case "profile":
      return entry.startsWith(CLOSED_DAY)
        ? texts.closedDay(dayOfYear(entry.slice(CLOSED_DAY.length), code))
        : (Object.entries(texts.storeFields).find(([field]) => field === entry)?.[1] ?? entry);
    case "item": {
      const { market, itemId } = subject;
      const name = namesOf(market)?.items.get(itemId) ?? itemId;
      return `${name} · ${fieldName(withinItem(entry, itemId), market, naming)}`;
    }
    case "category": {
      const { market, categoryId } = subject;
      const name = namesOf(market)?.categories.get(categoryId) ?? categoryId;
      const field = fieldName(withinItem(entry, `category:${categoryId}`), market, naming);
      return `${catalog.aspects.CATEGORY} ${name} · ${field}`;
    }
    case "roles": {
      if (entry === ALL_ROLES) return texts.allRoles;
      const role = roleOf(entry);
      return role ? roleText(role, account, code, naming.storeName) : entry;
    }
    default:
      return propertyName(entry, naming);
  }
}

function propertyName(property: string, { texts, catalog }: Naming): string {
  const names: Readonly<Record<string, string>> = {
    price: catalog.aspects.PRICE,
    listed: texts.listed,
    rank: texts.rank,
    count: texts.count,
    version: texts.version,
  };
  return names[property] ?? property;
}

const fieldName = (field: string, market: string, naming: Naming): string =>
  field === "rank" ? naming.texts.rank : entryName(field, wordingOf(market, naming));

interface Set {
  value: unknown;
  json: string;
}

function valueOfEntry(subject: Subject, entry: string, set: Set, naming: Naming): string {
  const { texts, code } = naming;
  const { value, json } = set;
  switch (subject.kind) {
    case "assortment": {
      if (value === null) return texts.asInCatalog;
      const [, property] = itemAndProperty(entry);
      const market = naming.marketOfStore(subject.storeId);
      return property === "price" ? money(set, market, naming) : plain(set, naming);
    }
    case "profile": {
      if (entry.startsWith(CLOSED_DAY) && value === null) return texts.openAgain;
      if (typeof value !== "string" || !DATE.test(value)) return plain(set, naming);
      return inUtc(value, { dateStyle: "medium" }, code);
    }
    case "item": {
      const field = withinItem(entry, subject.itemId);
      if (field === "price") return money(set, subject.market, naming);
      return valueText(field, json, wordingOf(subject.market, naming));
    }
    case "roles":
      return value === true ? texts.given : texts.takenAway;
    default:
      return plain(set, naming);
  }
}

/** An amount of the market's currency; a plain number as long as that is not known. */
function money(set: Set, market: string | undefined, naming: Naming): string {
  const currency = market && naming.namesOf(market)?.currency;
  if (typeof set.value !== "number" || !market || !currency) return plain(set, naming);
  return formatMoney(set.value, currency, localeIn(naming.code, market));
}

function plain({ value, json }: Set, { catalog, code }: Naming): string {
  if (value === null) return catalog.none;
  if (typeof value === "boolean") return value ? catalog.yes : catalog.no;
  if (typeof value === "number") return value.toLocaleString(code);
  return typeof value === "string" ? value : json;
}

/** `12-24` as a day of any year. */
const dayOfYear = (day: string, code: string): string =>
  DATE.test(`2024-${day}`) ? inUtc(`2024-${day}`, { day: "numeric", month: "long" }, code) : day;

const inUtc = (day: string, format: Intl.DateTimeFormatOptions, code: string): string =>
  new Intl.DateTimeFormat(code, { ...format, timeZone: "UTC" }).format(new Date(day));

function wordingOf(market: string, { catalog, say, code, namesOf }: Naming): Wording {
  const names = namesOf(market);
  return {
    texts: catalog,
    say,
    code,
    locale: localeIn(code, market),
    currency: names?.currency ?? "",
    categories: Object.fromEntries(names?.categories ?? []),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
