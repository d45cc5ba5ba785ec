// The stores of a market that are out of something: read page by page, each page again now and then.
import { useEffect, useState } from "preact/hooks";
import { MarketStockDocument } from "../../generated/stock.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { FailureNotice } from "../../shell/notice.tsx";
import { stockPath } from "../account/staff.ts";
import type { StockGiven } from "./given.ts";

interface Given extends StockGiven {
  market: string;
  atMost: number;
}

const PAGE = 100;
/** A page reads the stock of a hundred stores. */
const POLL_MS = 30_000;
/** Pages without any such store that are passed by themselves. */
const MOST_EMPTY = 5;

export function LowStores(given: Given) {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  return (
    <div class="stock-low">
      {cursors.map((after, at) => (
        <LowPage
          key={after}
          {...given}
          after={after}
          onlyPage={cursors.length === 1}
          mayGoOn={at < MOST_EMPTY}
          onNext={at === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : undefined}
        />
      ))}
    </div>
  );
}

interface PageGiven extends Given {
  after: string | null;
  onlyPage: boolean;
  /** Whether a page without stores leads on to the next one by itself. */
  mayGoOn: boolean;
  /** Shows the next page; undefined: it is shown. */
  onNext: ((cursor: string) => void) | undefined;
}

function LowPage({ after, onlyPage, mayGoOn, onNext, market, atMost, ...given }: PageGiven) {
  const { staff, texts, locale } = given;
  const { data, failure, refresh } = usePolledQuery(
    MarketStockDocument,
    { market, atMost, first: PAGE, after },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  const { edges = [], pageInfo } = data?.soldOut ?? {};
  const next = pageInfo?.hasNextPage ? pageInfo.endCursor : null;
  const passed = edges.length === 0 && mayGoOn && onNext !== undefined ? next : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each page that is passed.
  useEffect(() => {
    if (passed) onNext?.(passed);
  }, [passed]);
  if (!data && failure) return <FailureNotice failure={failure} retry={refresh} />;
  if (!data) return <p role="status">{texts.loading}</p>;
  return (
    <>
      {edges.length === 0 && !next && onlyPage && <p>{texts.noneLow}</p>}
      <ul class="stock-stores">
        {edges.map(({ node: { store, items } }) => (
          <li key={store.id} class="stock-low-store" data-testid="low-store" data-store={store.id}>
            <a href={stockPath(store.id)}>
              {store.name} <span class="stock-soft">{store.id}</span>
            </a>
            <ul>
              {items.map((item) => (
                <li key={item.itemId}>
                  <span>{item.name}</span> <b>{item.left.toLocaleString(locale)}</b>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {next && onNext && (
        <button type="button" class="button button-quiet" onClick={() => onNext(next)}>
          {texts.showMore}
        </button>
      )}
    </>
  );
}
