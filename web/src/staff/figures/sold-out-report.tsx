// What the stores of a market are out of now: each of them is looked at, page after page, when somebody wants it.
import { MarketStockDocument, type MarketStockQuery } from "../../generated/stock.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { Staff } from "../account/staff.ts";
import { csvText } from "../csv.ts";
import { useItemNames } from "../item-names.ts";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import { MarketChoice } from "./market-choice.tsx";
import { useReportChoice } from "./report-address.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";
import { useWholeList, type WholeList } from "./use-whole-list.ts";
import { WholeListButtons } from "./whole-list-buttons.tsx";

type LowStore = MarketStockQuery["soldOut"]["edges"][number]["node"];

const COLUMNS = ["store_id", "store", "city", "item_id", "item", "left"];

export function SoldOutReport({ staff, texts }: { staff: Staff; texts: FigureTexts }) {
  const [{ soldOutMarket }, change] = useReportChoice();
  return (
    <MarketChoice
      staff={staff}
      permission="READ_MARKET_STOCK"
      texts={texts}
      testId="report-market"
      chosen={soldOutMarket}
      onChosen={(market) => change({ soldOutMarket: market })}
    >
      {(market) => <MarketReport key={market} market={market} staff={staff} texts={texts} />}
    </MarketChoice>
  );
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
  const list = useWholeList({
    document: MarketStockDocument,
    variables: { market, atMost: 0 },
    pageOf: (data) => data.soldOut,
    send: staff.send,
  });
  const nameOf = (item: LowStore["items"][number]) =>
    names(market)?.items.get(item.itemId) ?? item.name;
  const stores = list.pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  const byItem = new Map<string, { name: string; count: number }>();
  for (const item of stores.flatMap(({ items }) => items)) {
    const count = (byItem.get(item.itemId)?.count ?? 0) + 1;
    byItem.set(item.itemId, { name: nameOf(item), count });
  }
  const bars = [...byItem].map(([id, { name, count }]) => ({
    id,
    name,
    value: count,
    valueText: texts.stores(count.toLocaleString(code)),
  }));
  bars.sort((one, other) => other.value - one.value || (one.id < other.id ? -1 : 1));
  return (
    <>
      <WholeListButtons
        list={list}
        texts={texts}
        name="report"
        stateText={stateTextOf(list, stores.length.toLocaleString(code), texts, code)}
      >
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
      </WholeListButtons>
      <BarList bars={bars} texts={texts} locale={code} testId="report-items" />
    </>
  );
}

function stateTextOf(
  { state, at }: WholeList<unknown>,
  count: string,
  texts: FigureTexts,
  code: string,
): string {
  if (state === "reading") return texts.reading(count);
  if (state === "stopped") return texts.stopped(count);
  return texts.found(count, new Intl.DateTimeFormat(code, { timeStyle: "short" }).format(at));
}
