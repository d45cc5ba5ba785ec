// What the stores of a country sold by orders of a day: each store is looked at, page after page, when somebody wants it.
import { useState } from "preact/hooks";
import { localeIn } from "../../formatting/address.ts";
import { dayAfter, dayOf, describeDay } from "../../formatting/calendar-day.ts";
import { formatMoney } from "../../formatting/money.ts";
import { MarketFiguresDocument, type MarketFiguresQuery } from "../../generated/figures.ts";
import { useLanguage } from "../../i18n/language.ts";
import { figuresPath, type Staff } from "../account/staff.ts";
import { useItemNames } from "../item-names.ts";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import { daysFile, marketItemsFile } from "./figure-files.ts";
import { itemSums, totalsOf } from "./figures.ts";
import { MarketChoice } from "./market-choice.tsx";
import { isNear, MOST_YEARS } from "./period-choice.tsx";
import { useReportChoice } from "./report-address.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";
import { TotalTiles } from "./totals.tsx";
import { useWholeList, type WholeList } from "./use-whole-list.ts";
import { WholeListButtons } from "./whole-list-buttons.tsx";

type Page = MarketFiguresQuery["marketFigures"];

export function MarketReport({ staff, texts }: { staff: Staff; texts: FigureTexts }) {
  const { code } = useLanguage();
  const [{ salesMarket, salesDay }, change] = useReportChoice();
  /** What is in the field while it is no day of which there are figures. */
  const [unfit, setUnfit] = useState<string>();
  // Yesterday by the clock of this device: today is not over.
  const yesterday = dayAfter(dayOf(new Date()), -1);
  const day = unfit ?? salesDay ?? yesterday;
  return (
    <MarketChoice
      staff={staff}
      permission="READ_MARKET_FIGURES"
      texts={texts}
      testId="sales-market"
      chosen={salesMarket}
      onChosen={(market) => change({ salesMarket: market })}
    >
      {(market) => (
        <>
          <label class="staff-label report-market">
            {texts.day}
            <input
              class="staff-field"
              type="date"
              required
              max="9999-12-31"
              data-testid="sales-day"
              aria-invalid={!isNear(day)}
              aria-describedby="sales-wrong"
              value={day}
              onInput={({ currentTarget: { value } }) => {
                setUnfit(isNear(value) ? undefined : value);
                if (isNear(value)) change({ salesDay: value }, true);
              }}
            />
          </label>
          <p id="sales-wrong" class="stock-wrong" role="alert">
            {!isNear(day) && texts.wrongDay(MOST_YEARS.toLocaleString(code))}
          </p>
          {isNear(day) && (
            <DayOfMarket
              key={`${market} ${day}`}
              market={market}
              day={day}
              staff={staff}
              texts={texts}
            />
          )}
        </>
      )}
    </MarketChoice>
  );
}

interface Given {
  market: string;
  day: string;
  staff: Staff;
  texts: FigureTexts;
}

function DayOfMarket({ market, day, staff, texts }: Given) {
  const { code } = useLanguage();
  const names = useItemNames([market])(market);
  const list = useWholeList({
    document: MarketFiguresDocument,
    variables: { market, day },
    pageOf: (data) => data.marketFigures,
    send: staff.send,
  });
  const { pages } = list;
  const currency = pages[0]?.currency ?? "";
  const stores = pages.flatMap(({ edges }) => edges.map(({ node }) => node));
  const items = itemSums(pages.flatMap((page) => page.items));
  const totals = totalsOf(stores.map(({ figures }) => figures));
  const incomplete = stores.filter(({ figures }) => !figures.complete);
  const locale = localeIn(code, market);
  const money = (minor: number) => formatMoney(minor, currency, locale);
  const nameOf = (itemId: string) => names?.items.get(itemId) ?? itemId;
  const storeBars = stores
    .map(({ store, figures }) => ({
      id: store.id,
      name: store.name,
      href: figuresPath(store.id),
      value: figures.revenue.amountMinor,
      valueText: money(figures.revenue.amountMinor),
    }))
    .sort((one, other) => other.value - one.value || (one.id < other.id ? -1 : 1));
  return (
    <>
      <WholeListButtons
        list={list}
        texts={texts}
        name="sales"
        stateText={stateTextOf(list, pages, day, texts, code)}
      >
        {stores.length > 0 && (
          <>
            <CsvButton
              label={texts.csvStores}
              name={`sales-${market}-${day}`}
              text={(format) =>
                daysFile(
                  stores.map(({ store, figures }) => ({ store, currency, days: [figures] })),
                  format,
                )
              }
              testId="csv-sales"
            />
            <CsvButton
              label={texts.csvItems}
              name={`sales-items-${market}-${day}`}
              text={(format) => marketItemsFile({ market, day, currency }, items, nameOf, format)}
              testId="csv-sales-items"
            />
          </>
        )}
      </WholeListButtons>
      {incomplete.length > 0 && (
        <p class="stock-lost" role="alert">
          {texts.incomplete(incomplete.map(({ store }) => store.name).join(", "))}
        </p>
      )}
      {stores.length > 0 && (
        <>
          <TotalTiles texts={texts} locale={code} totals={totals} money={money} />
          <h3>{texts.storesByRevenue}</h3>
          <BarList bars={storeBars} texts={texts} locale={code} testId="sales-stores" />
          <h3>{texts.items}</h3>
          <BarList
            bars={items.map(({ itemId, pieces, revenue }) => ({
              id: itemId,
              name: nameOf(itemId),
              value: revenue.amountMinor,
              valueText: `${money(revenue.amountMinor)} · ${texts.piecesOf(pieces.toLocaleString(code))}`,
            }))}
            texts={texts}
            locale={code}
            testId="sales-items"
          />
        </>
      )}
    </>
  );
}

function stateTextOf(
  { state, at }: WholeList<unknown>,
  pages: readonly Page[],
  day: string,
  texts: FigureTexts,
  code: string,
): string {
  const seen = pages.reduce((sum, { lookedAt }) => sum + lookedAt, 0);
  const all = pages[0]?.storeCount ?? 0;
  const looked = `${seen.toLocaleString(code)} / ${Math.max(all, seen).toLocaleString(code)}`;
  if (state === "reading") return texts.salesReading(looked);
  if (state === "stopped") return texts.salesStopped(looked);
  const count = pages.reduce((sum, { edges }) => sum + edges.length, 0).toLocaleString(code);
  const time = new Intl.DateTimeFormat(code, { timeStyle: "short" }).format(at);
  return texts.salesFound(count, describeDay(day, code), time);
}
