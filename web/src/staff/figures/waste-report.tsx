// What chosen stores threw away, beside each other.
import { localeIn } from "../../formatting/address.ts";
import { formatMoney } from "../../formatting/money.ts";
import { type Reading, usePolling } from "../../graphql/use-polling.ts";
import { useLanguage } from "../../i18n/language.ts";
import { figuresPath, type Staff } from "../account/staff.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { useWasteTexts } from "../waste/texts/use-waste-texts.ts";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import { spanOf } from "./figure-files.ts";
import type { Figures } from "./figures.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";
import { readWaste, sumOf, type Waste } from "./waste.ts";
import { wasteDaysFile } from "./waste-files.ts";
import { WasteTable } from "./waste-table.tsx";

interface Given {
  staff: Staff;
  texts: FigureTexts;
  /** The stores, with the days that are shown of each. */
  stores: readonly Pick<Figures, "store" | "days">[];
  everyMs: number;
}

export function WasteReport({ staff, texts, stores, everyMs }: Given) {
  const wasteTexts = useWasteTexts();
  const { code } = useLanguage();
  const spans = stores.map(({ store, days }) => [store.id, ...spanOf(days)] as const);
  const wanted = JSON.stringify(spans);
  const { data, failure, refresh } = usePolling(
    async (signal): Promise<Reading<{ of: string; found: readonly Waste[] }>> => {
      const found: Waste[] = [];
      for (const [storeId, from, to] of spans) {
        const outcome = await readWaste({ storeId, from, to, send: staff.send }, signal);
        if (!outcome.ok) return outcome;
        found.push(outcome.data);
      }
      return { ok: true, data: { of: wanted, found } };
    },
    [wanted, staff.send],
    { everyMs: () => everyMs },
  );
  const rows = (data?.found ?? []).map((waste) => {
    const { store, currency, days } = waste;
    const locale = localeIn(code, store.market.id);
    const sum = sumOf(days);
    const incomplete = days.filter(({ complete }) => !complete).length;
    const value = formatMoney(sum.value.amountMinor, currency, locale);
    return { store, currency, days, sum, incomplete, value };
  });
  const currencies = new Set(rows.map(({ currency }) => currency));
  const [from, to] = spanOf(rows[0]?.days ?? []);
  return (
    <div
      class={data?.of === wanted ? "figure-shown" : "figure-shown figure-old"}
      aria-busy={data?.of !== wanted}
      data-testid="report-waste"
    >
      <h3>{wasteTexts.chosen}</h3>
      {failure && <StaffFailure failure={failure} retry={refresh} />}
      {rows.map(
        ({ store, days, incomplete }) =>
          incomplete > 0 && (
            <p key={store.id} class="stock-lost" role="alert">
              {store.name}: {wasteTexts.incomplete(`${incomplete} / ${days.length}`)}
            </p>
          ),
      )}
      {rows.length > 1 && currencies.size === 1 && (
        <BarList
          texts={texts}
          locale={code}
          testId="report-waste-bars"
          bars={rows.map(({ store, sum, value }) => ({
            id: store.id,
            name: store.name,
            value: sum.value.amountMinor,
            valueText: value,
          }))}
        />
      )}
      {rows.length > 0 && (
        <>
          <WasteTable
            wasteTexts={wasteTexts}
            locale={code}
            of={texts.store}
            testId="report-waste-table"
            rows={rows.map(({ store, sum, value }) => ({
              id: store.id,
              name: (
                <>
                  <a href={figuresPath(store.id)}>{store.name}</a>{" "}
                  <span class="stock-soft figure-short">{store.id}</span>
                </>
              ),
              sum,
              value,
            }))}
          />
          <div class="office-acts">
            <CsvButton
              label={wasteTexts.csvStores}
              name={`waste-${from}-${to}`}
              text={(format) => wasteDaysFile(data?.found ?? [], format)}
              testId="csv-waste"
            />
          </div>
        </>
      )}
    </div>
  );
}
