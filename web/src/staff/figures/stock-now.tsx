// What a store is out of or low on now, and all of its stock as a file.
import { StockOfStoreDocument, type StockOfStoreQuery } from "../../generated/stock.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { type Staff, stockPath } from "../account/staff.ts";
import { csvText } from "../csv.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { CsvButton } from "./csv-button.tsx";
import type { FigureTexts } from "./texts/figure-texts.ts";

interface Given {
  storeId: string;
  staff: Staff;
  texts: FigureTexts;
  locale: string;
  nameOf: (itemId: string) => string;
}

type Line = NonNullable<StockOfStoreQuery["inventory"]>["lines"][number];

const POLL_MS = 30_000;
const COLUMNS = [
  ...["store_id", "store", "item_id", "item", "left", "availability"],
  ...["counted", "counted_at", "sold_or_thrown_away_since", "reserved"],
];

export function StockNow({ storeId, staff, texts, locale, nameOf }: Given) {
  const { data, failure, refresh } = usePolledQuery(
    StockOfStoreDocument,
    { storeId },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  const inventory = data?.inventory;
  if (!inventory) {
    if (failure) return <StaffFailure failure={failure} retry={refresh} />;
    return (
      <p class="on-its-way" role="status">
        {texts.loading}
      </p>
    );
  }
  const { store, lines } = inventory;
  const few = lines
    .filter(({ availability }) => availability !== "AVAILABLE")
    .sort((a, b) => (a.left ?? 0) - (b.left ?? 0) || (a.itemId < b.itemId ? -1 : 1));
  const moment = new Intl.DateTimeFormat(locale, {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: store.timeZone,
  });
  const row = (line: Line) => [
    ...[store.id, store.name, line.itemId, nameOf(line.itemId), line.left],
    ...[line.availability.toLowerCase(), line.counted, line.countedAt, line.soldSince],
    line.reserved,
  ];
  const numbers = (n: number | null) => n?.toLocaleString(locale) ?? "";
  return (
    <>
      {few.length === 0 && <p>{texts.nothingOut}</p>}
      {few.length > 0 && (
        <table class="stock-table" data-testid="stock-now">
          <thead>
            <tr>
              <th scope="col">{texts.item}</th>
              <th scope="col">{texts.pieces}</th>
              <th scope="col">{texts.lastCount}</th>
              <th scope="col">{texts.soldAtTills}</th>
            </tr>
          </thead>
          <tbody>
            {few.map((line) => (
              <tr key={line.itemId} class={`stock-${line.availability.toLowerCase()}`}>
                <th scope="row">
                  {nameOf(line.itemId)}{" "}
                  <span class="stock-tag">
                    {line.availability === "SOLD_OUT" ? texts.soldOut : texts.low}
                  </span>
                </th>
                <td data-label={texts.pieces}>{numbers(line.left)}</td>
                <td data-label={texts.lastCount}>
                  {line.countedAt && moment.format(new Date(line.countedAt))}
                </td>
                <td data-label={texts.soldAtTills}>{numbers(line.soldSince)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="office-acts">
        <CsvButton
          label={texts.csvStock}
          name={`stock-${storeId}`}
          text={(format) => csvText(COLUMNS, lines.map(row), format)}
          testId="csv-stock"
        />
        <a href={stockPath(storeId)}>{texts.openStock}</a>
      </div>
    </>
  );
}
