// An item of the market's catalog that the store does not list: found by its name, and added to the table.
import { useState } from "preact/hooks";
import { formatMoney } from "../../formatting/money.ts";
import { SearchItemsDocument } from "../../generated/operations.ts";
import { useQuery } from "../../graphql/use-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { PricedItem } from "./price-changes.ts";
import type { PriceGiven } from "./price-given.ts";

interface Given extends PriceGiven {
  market: string;
  known: readonly PricedItem[];
  onAdd: (item: PricedItem) => void;
}

const FIRST = 8;

export function AddItem({ market, known, onAdd, texts, locale }: Given) {
  const { code } = useLanguage();
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const { data } = useQuery(
    SearchItemsDocument,
    text ? { market, text, without: [], locale: code, first: FIRST, after: null } : undefined,
    { quiet: true },
  );
  const ids = new Set(known.map(({ itemId }) => itemId));
  const found = (text && data?.searchItems.edges.map(({ node }) => node)) || [];
  const news = found.filter(({ id }) => !ids.has(id));
  return (
    <form
      class="price-add"
      onSubmit={(event) => {
        event.preventDefault();
        setText(typed.trim());
      }}
    >
      <label class="staff-label">
        {texts.add}
        <input
          class="staff-field"
          type="search"
          maxLength={100}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-quiet">
        {texts.find}
      </button>
      <div role="status">
        <ul>
          {text && data && news.length === 0 && <li>{texts.noneFound}</li>}
          {news.map(({ id, name, price }) => (
            <li key={id}>
              {name} · {formatMoney(price.amountMinor, price.currency, locale)}{" "}
              <button
                type="button"
                class="text-button"
                onClick={() =>
                  onAdd({ itemId: id, name, priceMinor: price.amountMinor, listed: false })
                }
              >
                {texts.addThis}
                <span class="visually-hidden"> {name}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </form>
  );
}
