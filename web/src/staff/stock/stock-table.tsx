// The table of a store's stock: filters, and a row for each item with its count to be tapped.
import { useId, useMemo, useState } from "preact/hooks";
import type { StockOfStoreQuery } from "../../generated/stock.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { ListedItem } from "../listed-items.ts";
import type { StockGiven } from "./given.ts";
import { StockLine } from "./stock-line.tsx";
import { FILTERS, type Filter, fits, isShown, stockRows } from "./stock-rows.ts";

interface Given extends StockGiven {
  storeId: string;
  lines: NonNullable<StockOfStoreQuery["inventory"]>["lines"];
  /** What the store lists, whatever the time; undefined until it is read. */
  listed: readonly ListedItem[] | undefined;
  mayCount: boolean;
  onCounted: () => void;
}

export function StockTable({ lines, listed, ...given }: Given) {
  const { texts, locale } = given;
  const { code } = useLanguage();
  const [filter, setFilter] = useState<Filter>("all");
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<string>();
  const [said, setSaid] = useState("");
  const rows = useMemo(() => stockRows(lines, listed, code), [lines, listed, code]);
  // The row that is being counted stays, whatever the filter says of it by now.
  const shown = rows.filter((row) => row.itemId === open || isShown(row, filter, search));
  const name = useId();
  return (
    <section class="stock-items">
      <div class="stock-tools">
        <label class="staff-label">
          {texts.search}
          <input
            class="staff-field"
            type="search"
            data-testid="stock-search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <fieldset class="stock-filters">
          <legend>{texts.show}</legend>
          {FILTERS.map((one) => (
            <label key={one} class="stock-filter">
              <input
                type="radio"
                name={name}
                checked={filter === one}
                onChange={() => setFilter(one)}
              />
              {texts.filters[one]} (
              {rows.filter((row) => fits(row, one)).length.toLocaleString(locale)})
            </label>
          ))}
        </fieldset>
      </div>
      <p class="visually-hidden" role="status">
        {said}
      </p>
      {shown.length === 0 ? (
        <p>{texts.nothingShown}</p>
      ) : (
        <table class="stock-table">
          <thead>
            <tr>
              <th scope="col">{texts.item}</th>
              <th scope="col">{texts.left}</th>
              <th scope="col">{texts.lastCount}</th>
              <th scope="col">{texts.soldSince}</th>
              <th scope="col">{texts.reserved}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <StockLine
                key={row.itemId}
                {...given}
                row={row}
                open={row.itemId === open}
                onOpen={(opened) => setOpen(opened ? row.itemId : undefined)}
                onSaved={() => {
                  setOpen(undefined);
                  setSaid(texts.saved(row.title));
                  given.onCounted();
                }}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
