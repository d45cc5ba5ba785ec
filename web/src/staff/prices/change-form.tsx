// The table in which prices and listing are changed, and raising all shown prices by a percentage.
import { useId, useRef, useState } from "preact/hooks";
import { formatMoney } from "../../formatting/money.ts";
import {
  type Drafts,
  examplePrice,
  isWrong,
  MOST_PERCENT,
  type PricedItem,
  parsePercent,
  withPercent,
  writePrice,
} from "./price-changes.ts";
import type { PriceGiven } from "./price-given.ts";

interface Given extends PriceGiven {
  items: readonly PricedItem[];
  drafts: Drafts;
  onDrafts: (drafts: Drafts) => void;
}

export function ChangeForm({ items, drafts, onDrafts, ...given }: Given) {
  const { texts, locale, currency, digits } = given;
  const [search, setSearch] = useState("");
  const [percent, setPercent] = useState("");
  const wanted = search.trim().toLocaleLowerCase(locale);
  const shown = items.filter(({ name }) => name.toLocaleLowerCase(locale).includes(wanted));
  const [unreadable, setUnreadable] = useState(false);
  const percentField = useRef<HTMLInputElement>(null);
  const wrongId = useId();
  return (
    <>
      <div class="stock-tools">
        <label class="staff-label">
          {texts.search}
          <input
            class="staff-field"
            type="search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <form
          class="price-percent"
          onSubmit={(event) => {
            event.preventDefault();
            const by = parsePercent(percent);
            setUnreadable(by === undefined);
            if (by === undefined) percentField.current?.focus();
            else if (by) onDrafts(withPercent(drafts, shown, by, digits));
          }}
        >
          <label class="staff-label">
            {texts.percent}
            <input
              class="staff-field"
              ref={percentField}
              // Not of the type `number`, which takes `1e1`; and telephones' keys for decimals lack the minus.
              autocomplete="off"
              aria-invalid={unreadable}
              aria-describedby={wrongId}
              data-testid="percent"
              value={percent}
              onInput={(event) => {
                setUnreadable(false);
                setPercent(event.currentTarget.value);
              }}
            />
          </label>
          <button type="submit" class="button button-quiet" data-testid="set-percent">
            {texts.fill(shown.length.toLocaleString(locale))}
          </button>
          <p role="alert" class="stock-wrong" id={wrongId} data-testid="percent-wrong">
            {unreadable && texts.wrongPercent(MOST_PERCENT.toLocaleString(locale))}
          </p>
        </form>
      </div>
      <table class="stock-table">
        <thead>
          <tr>
            <th scope="col">{texts.item}</th>
            <th scope="col">{texts.now}</th>
            <th scope="col">{texts.price}</th>
            <th scope="col">{texts.listed}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((item) => {
            const draft = drafts.get(item.itemId) ?? {};
            const wrong = isWrong(draft, digits);
            const set = (more: typeof draft) =>
              onDrafts(new Map(drafts).set(item.itemId, { ...draft, ...more }));
            return (
              <tr
                key={item.itemId}
                class="stock-row"
                data-testid="price-row"
                data-item={item.itemId}
              >
                <th scope="row">{item.name}</th>
                <td data-label={texts.now}>
                  {item.listed ? formatMoney(item.priceMinor, currency, locale) : texts.notListed}
                </td>
                <td data-label={texts.price}>
                  <input
                    class="staff-field price-field"
                    inputMode="decimal"
                    autocomplete="off"
                    data-testid="new-price"
                    aria-label={texts.priceOf(item.name)}
                    aria-invalid={wrong}
                    aria-describedby={wrong ? `${wrongId}-${item.itemId}` : undefined}
                    value={draft.price ?? writePrice(item.priceMinor, digits)}
                    onInput={(event) => set({ price: event.currentTarget.value })}
                  />
                  {wrong && (
                    <span class="stock-wrong" id={`${wrongId}-${item.itemId}`}>
                      {texts.wrongPrice(examplePrice(digits))}
                    </span>
                  )}
                </td>
                <td data-label={texts.listed}>
                  <label class="price-listed">
                    <input
                      type="checkbox"
                      data-testid="listed"
                      checked={draft.listed ?? item.listed}
                      onChange={(event) => set({ listed: event.currentTarget.checked })}
                    />
                    <span class="visually-hidden">{texts.listedOf(item.name)}</span>
                  </label>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
