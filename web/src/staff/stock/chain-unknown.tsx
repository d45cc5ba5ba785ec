// What files of any store counted and carte does not know.
import { UnknownStockDocument } from "../../generated/stock.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import type { StockGiven } from "./given.ts";

const FIRST = 50;
const POLL_MS = 60_000;

export function ChainUnknown({ staff, texts, locale }: StockGiven) {
  const { data } = usePolledQuery(
    UnknownStockDocument,
    { first: FIRST, after: null },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  const stores = data?.unknownStock.edges.map(({ node }) => node) ?? [];
  if (stores.length === 0) return null;
  return (
    <section class="stock-part" aria-labelledby="chain-unknown">
      <h2 id="chain-unknown">{texts.chainUnknown}</h2>
      <p>{texts.unknownHint}</p>
      <ul class="stock-stores">
        {stores.map(({ storeId, storeName, items }) => (
          <li key={storeId} class="stock-low-store">
            <b>{storeName ?? storeId}</b>
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
    </section>
  );
}
