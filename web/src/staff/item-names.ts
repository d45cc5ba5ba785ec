// Names of items and categories by market, for pages of staff: the catalog in force, read once in some hours for each market.
import { useEffect } from "preact/hooks";
import { cell } from "../cell.ts";
import { SearchItemsDocument } from "../generated/operations.ts";
import { useLanguage } from "../i18n/language.ts";
import { useCell } from "../use-cell.ts";
import { readPages } from "./use-pages.ts";

/** What a market's catalog in force calls its things, in one language; what it does not have is missing. */
export interface MarketNames {
  items: ReadonlyMap<string, string>;
  categories: ReadonlyMap<string, string>;
  /** ISO 4217 code of its prices; undefined where it has no item. */
  currency: string | undefined;
}

const PAGE = 100;
/** Catalogs are published now and then, and a board stays open for days. */
const OUTDATED_MS = 3 * 60 * 60_000;
/** How often an open page looks whether it wants something: what is outdated, or could not be read. */
const LOOK_MS = 5 * 60_000;

/** By market and language. */
const known = cell<ReadonlyMap<string, MarketNames>>(new Map());
const underWay = new Set<string>();
/** When each was read: milliseconds since 1970. */
const readAt = new Map<string, number>();
/** The latest reading: markets are read one after another. */
let latest: Promise<void> = Promise.resolve();

/**
 * Return what is known of markets by now; they are read when they are wanted first, and again after some hours.
 *
 * @param language Of the names, by default that of the page; null: each market's own.
 */
export function useItemNames(
  markets: readonly string[],
  language?: null,
): (market: string) => MarketNames | undefined {
  const { code } = useLanguage();
  const locale = language === null ? null : code;
  const names = useCell(known);
  const wanted = [...new Set(markets)].sort().join(" ");
  useEffect(() => {
    const look = () => {
      for (const market of wanted.split(" ")) if (market) want(market, locale);
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [wanted, locale]);
  return (market) => names.get(`${market} ${locale}`);
}

function want(market: string, locale: string | null): void {
  const key = `${market} ${locale}`;
  if (Date.now() - (readAt.get(key) ?? 0) < OUTDATED_MS || underWay.has(key)) return;
  underWay.add(key);
  latest = latest.then(async () => {
    const outcome = await readPages(
      {
        document: SearchItemsDocument,
        variables: { market, text: "", without: [], locale, first: PAGE },
        listOf: (data) => data.searchItems,
        send: undefined,
      },
      Number.POSITIVE_INFINITY,
      new AbortController().signal,
    );
    underWay.delete(key);
    // After a failure what is known stays, and pages that show it ask again.
    if (!outcome.ok) return;
    readAt.set(key, Date.now());
    const nodes = outcome.data.edges.map(({ node }) => node);
    known.set(
      new Map(known.get()).set(key, {
        items: new Map(nodes.map(({ id, name }) => [id, name])),
        categories: new Map(nodes.map(({ category }) => [category.id, category.name])),
        currency: nodes[0]?.price.currency,
      }),
    );
  });
}
