// `/staff/<store>/figures`: what a store's orders brought, what was thrown away, and what it is out of.
import { useRef, useState } from "preact/hooks";
import { localeIn } from "../../formatting/address.ts";
import { describeDay } from "../../formatting/calendar-day.ts";
import { formatMoney } from "../../formatting/money.ts";
import { usePolling } from "../../graphql/use-polling.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useItemNames } from "../item-names.ts";
import { ReadingLine } from "../reading-line.tsx";
import { isForbidden, isRefusedInput } from "../refused-token.ts";
import { permits } from "../session/grants.ts";
import { StaffPageFailure } from "../staff-failure.tsx";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import { daysFile, itemsFile, spanOf } from "./figure-files.ts";
import { type Figures, type Period, readFigures, totalsOf } from "./figures.ts";
import { OrderChart } from "./order-chart.tsx";
import { PeriodChoice } from "./period-choice.tsx";
import { StockNow } from "./stock-now.tsx";
import { useFigureTexts } from "./texts/use-figure-texts.ts";
import { TotalTiles } from "./totals.tsx";
import { WasteSection } from "./waste-section.tsx";
import "../../styles/stock.css";
import "../../styles/figures.css";

/** Today is read by two requests of the table. */
const TODAY_MS = 10_000;
/** A period is read by a request of the table for each day; days that are over hardly change. */
const PERIOD_MS = 120_000;
const PAST_MS = 15 * 60_000;

const paceOf = ({ days, today }: Figures): number => {
  if (days.at(-1)?.day !== today) return PAST_MS;
  return days.length === 1 ? TODAY_MS : PERIOD_MS;
};

export function FiguresPage({ storeId, staff }: { storeId: string; staff: Staff }) {
  const texts = useFigureTexts();
  const { forbidden } = useAccountTexts();
  const { say, code } = useLanguage();
  const [period, setPeriod] = useState<Period>({ days: 1 });
  const today = useRef<string>(undefined);
  const wanted = JSON.stringify(period);
  const { data, at, failure, refresh } = usePolling(
    async (signal) => {
      const { send } = staff;
      const outcome = await readFigures({ storeId, period, send, today: today.current }, signal);
      if (!outcome.ok) return outcome;
      today.current = outcome.data.today;
      return { ok: true, data: { of: wanted, figures: outcome.data } } as const;
    },
    [storeId, wanted, staff.send],
    { everyMs: ({ figures }) => paceOf(figures) },
  );
  usePageHead({ title: texts.title });
  const market = data?.figures.store.market.id;
  const names = useItemNames(market ? [market] : []);
  if (!data || !market) {
    if (!failure) return <MenuSkeleton />;
    if (isForbidden(failure)) return <Alone title={texts.title} text={forbidden} />;
    if (isRefusedInput(failure)) return <Alone title={texts.title} text={say.notFound} />;
    return <StaffPageFailure title={texts.title} failure={failure} retry={refresh} />;
  }
  const { figures } = data;
  const { store, currency, days, items } = figures;
  const locale = localeIn(code, market);
  const money = (minor: number) => formatMoney(minor, currency, locale);
  const nameOf = (itemId: string) => names(market)?.items.get(itemId) ?? itemId;
  const clock = new Intl.DateTimeFormat(locale, {
    timeStyle: "medium",
    timeZone: store.timeZone,
  });
  const read = at ? clock.format(at) : "";
  const totals = totalsOf(days);
  const [from, to] = spanOf(days);
  return (
    <div class="wide stock figures" data-testid="figures" data-read={at?.getTime()}>
      <div class="stock-head">
        <h1>
          {texts.title} <span class="stock-store">{store.name}</span>
        </h1>
        <ReadingLine
          isLost={failure !== undefined}
          text={failure ? texts.lost(read) : texts.live(read)}
          dot
        />
      </div>
      <PeriodChoice
        texts={texts}
        locale={locale}
        today={figures.today}
        chosen={period}
        onPeriod={setPeriod}
      />
      <div
        class={data.of === wanted ? "figure-shown" : "figure-shown figure-old"}
        aria-busy={data.of !== wanted}
        data-testid="figures-shown"
        data-days={days.length}
      >
        <p class="figure-days">
          <b>{from === to ? describeDay(to, locale) : daysText(from, to, locale)}</b>
        </p>
        <p class="stock-soft">{texts.about}</p>
        {totals.incomplete.length > 0 && (
          <p class="stock-lost" role="alert">
            {texts.incomplete(totals.incomplete.map((day) => describeDay(day, locale)).join(" · "))}
          </p>
        )}
        <TotalTiles texts={texts} locale={locale} totals={totals} money={money} />
        {days.length > 1 && (
          <section class="stock-part" aria-labelledby="figures-by-day">
            <h2 id="figures-by-day">{texts.byDay}</h2>
            <OrderChart texts={texts} locale={locale} days={days} money={money} />
          </section>
        )}
        <section class="stock-part" aria-labelledby="figures-items">
          <h2 id="figures-items">{texts.items}</h2>
          {items.length === 0 && <p>{texts.noItems}</p>}
          <BarList
            texts={texts}
            locale={locale}
            testId="figure-items"
            bars={items.map(({ itemId, pieces, revenue }) => ({
              id: itemId,
              name: nameOf(itemId),
              value: revenue.amountMinor,
              valueText: `${money(revenue.amountMinor)} · ${texts.piecesOf(pieces.toLocaleString(locale))}`,
            }))}
          />
        </section>
        <div class="office-acts">
          <CsvButton
            label={texts.csvDays}
            name={`days-${storeId}-${from}-${to}`}
            text={(format) => daysFile([figures], format)}
            testId="csv-days"
          />
          <CsvButton
            label={texts.csvItems}
            name={`items-${storeId}-${from}-${to}`}
            text={(format) => itemsFile(figures, nameOf, format)}
            testId="csv-items"
          />
        </div>
      </div>
      <WasteSection
        storeId={storeId}
        from={from}
        to={to}
        everyMs={paceOf(figures)}
        staff={staff}
        texts={texts}
        locale={locale}
        nameOf={nameOf}
      />
      {permits(staff.roles, "READ_STOCK", { storeId, market }) && (
        <section class="stock-part" aria-labelledby="figures-stock">
          <h2 id="figures-stock">{texts.stockNow}</h2>
          <p class="stock-soft">{texts.stockHint}</p>
          <StockNow storeId={storeId} staff={staff} texts={texts} locale={locale} nameOf={nameOf} />
        </section>
      )}
    </div>
  );
}

/** The first and the last day, as they are written together: "May 1 – 7, 2026". */
export const daysText = (from: string, to: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).formatRange(
    new Date(`${from}T00:00:00Z`),
    new Date(`${to}T00:00:00Z`),
  );

function Alone({ title, text }: { title: string; text: string }) {
  return (
    <div class="wide staff-home">
      <h1>{title}</h1>
      <p class="staff-wrong" role="alert">
        {text}
      </p>
    </div>
  );
}
