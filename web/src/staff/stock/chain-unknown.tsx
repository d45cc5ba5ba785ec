// What files of any store counted and carte does not know.
import { UnknownStockDocument } from "../../generated/stock.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import type { StockGiven } from "./given.ts";

const POLL_MS = 60_000;

export function ChainUnknown({ staff, texts, locale }: StockGiven) {
  const list = usePages(
    {
      document: UnknownStockDocument,
      variables: {},
      listOf: (data) => data.unknownStock,
      send: staff.send,
    },
    () => POLL_MS,
  );
  const { first, edges, failure, refresh, showMore } = list;
  const failed = !first && failure;
  if (edges.length === 0 && !showMore && !failed) return null;
  return (
    <section class="stock-part" aria-labelledby="chain-unknown">
      <h2 id="chain-unknown">{texts.chainUnknown}</h2>
      <p>{texts.unknownHint}</p>
      {failed && <StaffFailure failure={failed} retry={refresh} />}
      <ul class="stock-stores">
        {edges.map(({ node: { storeId, storeName, items } }) => (
          <li key={storeId} class="stock-low-store" data-testid="unknown-store">
            <b>{storeName ? `${storeName} (${storeId})` : storeId}</b>
            <ul>
              {items.map(({ itemId, name, counted }) => (
                <li key={itemId}>
                  <span>{name}</span> <b>{counted?.toLocaleString(locale)}</b>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <ShowMore list={list} texts={texts} />
    </section>
  );
}
