// Names of items and categories by market, for pages of staff: the catalog in force is read once for each market.
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

/** By market and language. */
const known = cell<ReadonlyMap<string, MarketNames>>(new Map());
const underWay = new Set<string>();
/** The latest reading: markets are read one after another. */
let latest: Promise<void> = Promise.resolve();

/** Return what is known of markets by now; they are read when they are wanted first. */
export function useItemNames(
  markets: readonly string[],
): (market: string) => MarketNames | undefined {
  const { code } = useLanguage();
  const names = useCell(known);
  const wanted = [...new Set(markets)].sort().join(" ");
  useEffect(() => {
    for (const market of wanted.split(" ")) if (market) want(market, code);
  }, [wanted, code]);
  return (market) => names.get(`${market} ${code}`);
}

function want(market: string, locale: string): void {
  const key = `${market} ${locale}`;
  if (known.get().has(key) || underWay.has(key)) return;
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
    // After a failure the next page that shows them asks again.
    if (!outcome.ok) return;
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
