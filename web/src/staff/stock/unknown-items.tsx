// What files counted and the catalog does not have.
import { type StockGiven, when } from "./given.ts";

interface Given extends StockGiven {
  items: readonly {
    name: string;
    itemId: string;
    counted: number | null;
    countedAt: string | null;
  }[];
}

export function UnknownItems({ items, ...given }: Given) {
  const { texts, locale } = given;
  if (items.length === 0) return null;
  return (
    <section class="stock-part" aria-labelledby="stock-unknown" data-testid="unknown-items">
      <h2 id="stock-unknown">{texts.unknown}</h2>
      <p>{texts.unknownHint}</p>
      <ul class="stock-unknown">
        {items.map(({ name, itemId, counted, countedAt }) => (
          <li key={itemId}>
            <b>{name}</b> {counted?.toLocaleString(locale)}
            {countedAt && <small>{when(countedAt, given)}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}
