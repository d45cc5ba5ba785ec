// The figures and the waste of stores that somebody chooses, beside each other.
import { useRef } from "preact/hooks";
import type { CarteSender } from "../../../clients/carte.ts";
import { localeIn } from "../../formatting/address.ts";
import { formatMoney } from "../../formatting/money.ts";
import { type Reading, usePolling } from "../../graphql/use-polling.ts";
import { useLanguage } from "../../i18n/language.ts";
import { figuresPath, type Staff } from "../account/staff.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { isForbidden, isRefusedInput } from "../refused-token.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import { daysFile, spanOf } from "./figure-files.ts";
import { type Figures, type Period, readFigures, totalsOf } from "./figures.ts";
import { PeriodChoice } from "./period-choice.tsx";
import { useReportChoice } from "./report-address.ts";
import { StorePicker } from "./store-picker.tsx";
import type { FigureTexts } from "./texts/figure-texts.ts";
import { WasteReport } from "./waste-report.tsx";

/** A period of a store is read by a request of the table for each day. */
const POLL_MS = 120_000;

interface Read {
  /** The stores and the period that it is of. */
  of: string;
  found: readonly Figures[];
  refused: readonly { id: string; why: "forbidden" | "unknown" }[];
}

export function StoreReport({ staff, texts }: { staff: Staff; texts: FigureTexts }) {
  const { forbidden } = useAccountTexts();
  const { code } = useLanguage();
  const [{ stores: ids, period, unfit }, change] = useReportChoice();
  const todays = useRef(new Map<string, string>());
  const wanted = JSON.stringify([ids, period]);
  const { data, failure, refresh } = usePolling(
    (signal) => readStores(wanted, ids, period, todays.current, staff.send, signal),
    [wanted, staff.send],
    { everyMs: () => POLL_MS },
  );
  const found = data?.found ?? [];
  const [from, to] = spanOf(found[0]?.days ?? []);
  const currencies = new Set(found.map(({ currency }) => currency));
  const rows = found.map((figures) => {
    const { store, currency } = figures;
    const locale = localeIn(code, store.market.id);
    const money = (minor: number) => formatMoney(minor, currency, locale);
    return { figures, money, totals: totalsOf(figures.days) };
  });
  return (
    <>
      <StorePicker ids={ids} onIds={(stores) => change({ stores })} texts={texts} />
      <PeriodChoice
        texts={texts}
        locale={code}
        today={found[0]?.today}
        chosen={period}
        unfit={unfit}
        onPeriod={(wanted, typed) => change({ period: wanted }, typed)}
      />
      {ids.length === 0 && <p>{texts.noStores}</p>}
      {failure && <StaffFailure failure={failure} retry={refresh} />}
      <div
        class={data?.of === wanted ? "figure-shown" : "figure-shown figure-old"}
        aria-busy={data?.of !== wanted}
        data-testid="report-figures"
      >
        {data?.refused.map(({ id, why }) => (
          <p key={id} class="staff-wrong" role="alert">
            {id}: {why === "forbidden" ? forbidden : texts.unknownStore}
          </p>
        ))}
        {rows.map(
          ({ figures: { store, days }, totals: { incomplete } }) =>
            incomplete.length > 0 && (
              <p key={store.id} class="stock-lost" role="alert">
                {store.name}: {texts.incomplete(`${incomplete.length} / ${days.length}`)}
              </p>
            ),
        )}
        {rows.length > 1 && currencies.size === 1 && (
          <BarList
            texts={texts}
            locale={code}
            testId="report-revenue"
            bars={rows.map(({ figures: { store }, money, totals }) => ({
              id: store.id,
              name: store.name,
              value: totals.amounts.revenue,
              valueText: money(totals.amounts.revenue),
            }))}
          />
        )}
        {rows.length > 0 && (
          <>
            <table class="stock-table figure-table" data-testid="report-table">
              <thead>
                <tr>
                  <th scope="col">{texts.store}</th>
                  <th scope="col">{texts.orders}</th>
                  <th scope="col">{texts.outcomes.rejected}</th>
                  <th scope="col">{texts.revenue}</th>
                  <th scope="col">{texts.refunded}</th>
                  <th scope="col">{texts.left}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ figures: { store }, money, totals: { amounts, orders } }) => {
                  const cells: [string, string][] = [
                    [texts.orders, orders.placed.toLocaleString(code)],
                    [texts.outcomes.rejected, orders.rejected.toLocaleString(code)],
                    [texts.revenue, money(amounts.revenue)],
                    [texts.refunded, money(amounts.refunded)],
                    [texts.left, money(amounts.revenue - amounts.refunded)],
                  ];
                  return (
                    <tr key={store.id} data-store={store.id}>
                      <th scope="row">
                        <a href={figuresPath(store.id)}>{store.name}</a>{" "}
                        <span class="stock-soft figure-short">{store.id}</span>
                      </th>
                      {cells.map(([name, value]) => (
                        <td key={name} data-label={name}>
                          {value}
                        </td>
                      ))}
                    </tr>
                  );
                })}
              </tbody>
            </table>
            <div class="office-acts">
              <CsvButton
                label={texts.csvDays}
                name={`stores-${from}-${to}`}
                text={(format) => daysFile(found, format)}
                testId="csv-stores"
              />
            </div>
          </>
        )}
      </div>
      {found.length > 0 && (
        <WasteReport staff={staff} texts={texts} stores={found} everyMs={POLL_MS} />
      )}
    </>
  );
}

/** Read one store after another; those that this person may not see, or that do not exist, are named. */
async function readStores(
  of: string,
  ids: readonly string[],
  period: Period,
  todays: Map<string, string>,
  send: CarteSender,
  signal: AbortSignal,
): Promise<Reading<Read>> {
  const found: Figures[] = [];
  const refused: Read["refused"][number][] = [];
  for (const storeId of ids) {
    const today = todays.get(storeId);
    const outcome = await readFigures({ storeId, period, send, today }, signal);
    if (outcome.ok) {
      found.push(outcome.data);
      todays.set(storeId, outcome.data.today);
    } else if (isForbidden(outcome.failure)) refused.push({ id: storeId, why: "forbidden" });
    else if (isRefusedInput(outcome.failure)) refused.push({ id: storeId, why: "unknown" });
    else return outcome;
  }
  return { ok: true, data: { of, found, refused } };
}
