// The table of a store's stock: filters, and a row for each item, in which it is counted or thrown away.
import { useId, useMemo, useState } from "preact/hooks";
import type { StockOfStoreQuery } from "../../generated/stock.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { ListedItem } from "../listed-items.ts";
import { useWasteTexts } from "../waste/texts/use-waste-texts.ts";
import type { StockGiven } from "./given.ts";
import { type Act, StockLine } from "./stock-line.tsx";
import { FILTERS, type Filter, fits, isShown, stockRows } from "./stock-rows.ts";
import type { RecordedWaste } from "./waste-form.tsx";
import { WasteList } from "./waste-list.tsx";
import { WasteNote } from "./waste-note.tsx";

interface Given extends StockGiven {
  storeId: string;
  lines: NonNullable<StockOfStoreQuery["inventory"]>["lines"];
  /** What the store lists, whatever the time; undefined until it is read. */
  listed: readonly ListedItem[] | undefined;
  mayCount: boolean;
  mayWaste: boolean;
  /** Called after a count, and after something was thrown away or taken back. */
  onChanged: () => void;
}

export function StockTable({ lines, listed, ...given }: Given) {
  const { texts, locale } = given;
  const { code } = useLanguage();
  const [filter, setFilter] = useState<Filter>("all");
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<{ itemId: string; act: Act }>();
  const [status, setStatus] = useState("");
  const [wasted, setWasted] = useState<RecordedWaste>();
  const [changes, setChanges] = useState(0);
  const wasteTexts = useWasteTexts();
  const rows = useMemo(() => stockRows(lines, listed, code), [lines, listed, code]);
  // The row in which something is done stays, whatever the filter says of it by now.
  const shown = rows.filter((row) => row.itemId === open?.itemId || isShown(row, filter, search));
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
        {status}
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
                wasteTexts={wasteTexts}
                row={row}
                open={row.itemId === open?.itemId ? open.act : undefined}
                onOpen={(act) => setOpen(act && { itemId: row.itemId, act })}
                onSaved={() => {
                  setOpen(undefined);
                  setStatus(texts.saved(row.title));
                  given.onChanged();
                }}
                onWasted={(recorded) => {
                  setOpen(undefined);
                  setWasted(recorded);
                  setChanges((before) => before + 1);
                  setStatus(wasteTexts.recorded(recorded.pieces.toLocaleString(locale), row.title));
                  given.onChanged();
                }}
              />
            ))}
          </tbody>
        </table>
      )}
      {wasted && (
        <WasteNote
          {...given}
          key={wasted.wasteId}
          wasteTexts={wasteTexts}
          recorded={wasted}
          onTakenBack={() => {
            setChanges((before) => before + 1);
            given.onChanged();
          }}
        />
      )}
      {given.mayWaste && (
        <WasteList
          {...given}
          wasteTexts={wasteTexts}
          titles={new Map(rows.map(({ itemId, title }) => [itemId, title]))}
          changes={changes}
          onTakenBack={(wasteId) => {
            // The note would offer to take the same record back once more.
            setWasted((before) => (before?.wasteId === wasteId ? undefined : before));
            setStatus(wasteTexts.isBack);
            given.onChanged();
          }}
        />
      )}
    </section>
  );
}
