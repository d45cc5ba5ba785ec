// An item of the market's catalog that the store does not list: found by its name, and added to the table.
import { useState } from "preact/hooks";
import { formatMoney } from "../../formatting/money.ts";
import { SearchItemsDocument } from "../../generated/operations.ts";
import { useLanguage } from "../../i18n/language.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import type { PricedItem } from "./price-changes.ts";
import type { PriceGiven } from "./price-given.ts";

interface Given extends PriceGiven {
  market: string;
  known: readonly PricedItem[];
  onAdd: (item: PricedItem) => void;
}

const PAGE = 8;

export function AddItem(given: Given) {
  const { texts } = given;
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
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
      <div role="status">{text && <FoundItems key={text} {...given} text={text} />}</div>
    </form>
  );
}

function FoundItems({ market, known, onAdd, texts, locale, text }: Given & { text: string }) {
  const { code } = useLanguage();
  const list = usePages(
    {
      document: SearchItemsDocument,
      variables: { market, text, without: [], locale: code, first: PAGE },
      listOf: (data) => data.searchItems,
      send: undefined,
    },
    undefined,
  );
  const { first, edges, failure, refresh, showMore } = list;
  const ids = new Set(known.map(({ itemId }) => itemId));
  const news = edges.map(({ node }) => node).filter(({ id }) => !ids.has(id));
  return (
    <>
      {!first && failure && <StaffFailure failure={failure} retry={refresh} />}
      <ul>
        {first && news.length === 0 && !showMore && <li>{texts.noneFound}</li>}
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
      <ShowMore list={list} texts={texts} />
    </>
  );
}
