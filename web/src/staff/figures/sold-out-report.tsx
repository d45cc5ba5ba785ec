// What the stores of a market are out of now: each of them is looked at, page after page, when somebody wants it.
import { useEffect, useRef, useState } from "preact/hooks";
import { formatCountry } from "../../formatting/address.ts";
import { MarketsDocument } from "../../generated/operations.ts";
import { MarketStockDocument, type MarketStockQuery } from "../../generated/stock.ts";
import type { Failure } from "../../graphql/client.ts";
import { ignoreAbort, useQuery } from "../../graphql/use-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { Staff } from "../account/staff.ts";
import { csvText } from "../csv.ts";
import { useItemNames } from "../item-names.ts";
import { permits } from "../session/grants.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { type ReadPages, readPages } from "../use-pages.ts";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import type { FigureTexts } from "./texts/figure-texts.ts";

type LowStore = MarketStockQuery["soldOut"]["edges"][number]["node"];

const COLUMNS = ["store_id", "store", "city", "item_id", "item", "left"];

export function SoldOutReport({ staff, texts }: { staff: Staff; texts: FigureTexts }) {
  const { code } = useLanguage();
  const { data, failure, reload } = useQuery(MarketsDocument, {}, { quiet: true });
  const [chosen, setChosen] = useState("");
  if (!data) {
    if (failure) return <StaffFailure failure={failure} retry={reload} />;
    return (
      <p class="on-its-way" role="status">
        {texts.loading}
      </p>
    );
  }
  const markets = data.markets.filter(({ id }) =>
    permits(staff.roles, "READ_MARKET_STOCK", { market: id }),
  );
  const market = markets.find(({ id }) => id === chosen) ?? markets[0];
  if (!market) return null;
  return (
    <>
      <label class="staff-label report-market">
        {texts.market}
        <select
          class="staff-field"
          data-testid="report-market"
          value={market.id}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          {markets.map(({ id, country }) => (
            <option key={id} value={id}>
              {formatCountry(id, country, code)}
            </option>
          ))}
        </select>
      </label>
      <MarketReport key={market.id} market={market.id} staff={staff} texts={texts} />
    </>
  );
}

interface Reading {
  state: "reading" | "stopped" | "done";
  stores: readonly LowStore[];
  failure: Failure | undefined;
  at: Date;
}

function MarketReport({
  market,
  staff,
  texts,
}: {
  market: string;
  staff: Staff;
  texts: FigureTexts;
}) {
  const { code } = useLanguage();
  const names = useItemNames([market]);
  const [reading, setReading] = useState<Reading>();
  const abort = useRef(new AbortController());
  useEffect(() => () => abort.current.abort(), []);
  const read = async (signal: AbortSignal) => {
    const listing = {
      document: MarketStockDocument,
      variables: { market, atMost: 0 },
      listOf: (data: MarketStockQuery) => data.soldOut,
      send: staff.send,
    };
    let found: ReadPages<MarketStockQuery, { node: LowStore }> | undefined;
    do {
      const outcome = await readPages(listing, (found?.pages ?? 0) + 1, signal, found);
      const stores = (outcome.ok ? outcome.data : found)?.edges.map(({ node }) => node) ?? [];
      if (!outcome.ok) {
        return setReading({ state: "stopped", stores, failure: outcome.failure, at: new Date() });
      }
      found = outcome.data;
      const state = found.next === null ? "done" : "reading";
      setReading({ state, stores, failure: undefined, at: new Date() });
    } while (found.next !== null);
  };
  const start = () => {
    abort.current = new AbortController();
    setReading({ state: "reading", stores: [], failure: undefined, at: new Date() });
    read(abort.current.signal).catch(ignoreAbort);
  };
  const stop = () => {
    abort.current.abort();
    setReading((now) => now && { ...now, state: "stopped" });
  };
  const nameOf = (item: LowStore["items"][number]) =>
    names(market)?.items.get(item.itemId) ?? item.name;
  const stores = reading?.stores ?? [];
  const byItem = new Map<string, { name: string; count: number }>();
  for (const item of stores.flatMap(({ items }) => items)) {
    const count = (byItem.get(item.itemId)?.count ?? 0) + 1;
    byItem.set(item.itemId, { name: nameOf(item), count });
  }
  const bars = [...byItem].map(([id, { name, count }]) => ({
    id,
    name,
    value: count,
    said: texts.stores(count.toLocaleString(code)),
  }));
  bars.sort((one, other) => other.value - one.value || (one.id < other.id ? -1 : 1));
  return (
    <>
      <div class="office-acts">
        {reading?.state === "reading" ? (
          <button type="button" class="button" data-testid="report-stop" onClick={stop}>
            {texts.stop}
          </button>
        ) : (
          <button type="button" class="button" data-testid="report-read" onClick={start}>
            {reading ? texts.readAgain : texts.read}
          </button>
        )}
        {stores.length > 0 && (
          <CsvButton
            label={texts.csvStores}
            name={`sold-out-${market}`}
            text={(format) =>
              csvText(
                COLUMNS,
                stores.flatMap(({ store, items }) =>
                  items.map((item) => [
                    ...[store.id, store.name, store.address.city],
                    ...[item.itemId, nameOf(item), item.left],
                  ]),
                ),
                format,
              )
            }
            testId="csv-sold-out"
          />
        )}
      </div>
      <p role="status" data-testid="report-state" data-state={reading?.state ?? "idle"}>
        {reading && saidOf(reading, texts, code)}
      </p>
      {reading?.failure && <StaffFailure failure={reading.failure} retry={start} />}
      <BarList bars={bars} texts={texts} locale={code} testId="report-items" />
    </>
  );
}

function saidOf({ state, stores, at }: Reading, texts: FigureTexts, code: string): string {
  const count = stores.length.toLocaleString(code);
  if (state === "reading") return texts.reading(count);
  if (state === "stopped") return texts.stopped(count);
  return texts.found(count, new Intl.DateTimeFormat(code, { timeStyle: "short" }).format(at));
}
