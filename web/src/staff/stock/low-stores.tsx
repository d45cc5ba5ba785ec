// The stores of a market that are out of something, page by page.
import { MarketStockDocument } from "../../generated/stock.ts";
import { stockPath } from "../account/staff.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import type { StockGiven } from "./given.ts";

interface Given extends StockGiven {
  market: string;
  atMost: number;
}

/** A page reads the stock of a hundred stores. */
const POLL_MS = 30_000;

export function LowStores({ market, atMost, staff, texts, locale }: Given) {
  const list = usePages(
    {
      document: MarketStockDocument,
      variables: { market, atMost },
      listOf: (data) => data.soldOut,
      send: staff.send,
    },
    () => POLL_MS,
  );
  const { first, edges, failure, refresh, showMore } = list;
  if (!first && failure) return <StaffFailure failure={failure} retry={refresh} />;
  if (!first)
    return (
      <p class="on-its-way" role="status">
        {texts.loading}
      </p>
    );
  return (
    <div class="stock-low">
      {edges.length === 0 && !showMore && <p>{texts.noneLow}</p>}
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
      <ShowMore list={list} texts={texts} />
    </div>
  );
}
