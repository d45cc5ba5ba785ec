// What a store threw away on the days that the page about figures shows: by day, by item, and why.
import { describeDay } from "../../formatting/calendar-day.ts";
import { formatMoney } from "../../formatting/money.ts";
import { usePolling } from "../../graphql/use-polling.ts";
import type { Staff } from "../account/staff.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { REASONS } from "../waste/reasons.ts";
import { useWasteTexts } from "../waste/texts/use-waste-texts.ts";
import { BarList } from "./bar-list.tsx";
import { CsvButton } from "./csv-button.tsx";
import { DayChart, share } from "./day-chart.tsx";
import type { FigureTexts } from "./texts/figure-texts.ts";
import { piecesFor, readWaste, sumOf, type WasteSum } from "./waste.ts";
import { wasteDaysFile, wasteItemsFile } from "./waste-files.ts";
import { WasteTable } from "./waste-table.tsx";

interface Given {
  storeId: string;
  /** Days by the store's calendar: ISO 8601. */
  from: string;
  to: string;
  everyMs: number;
  staff: Staff;
  texts: FigureTexts;
  locale: string;
  nameOf: (itemId: string) => string;
}

export function WasteSection({ storeId, from, to, everyMs, staff, ...given }: Given) {
  const { texts, nameOf } = given;
  const wasteTexts = useWasteTexts();
  const wanted = `${from} ${to}`;
  const { data, failure, refresh } = usePolling(
    async (signal) => {
      const { send } = staff;
      const outcome = await readWaste({ storeId, from, to, send }, signal);
      if (!outcome.ok) return outcome;
      return { ok: true, data: { of: wanted, waste: outcome.data } } as const;
    },
    [storeId, wanted, staff.send],
    { everyMs: () => everyMs },
  );
  const waste = data?.waste;
  return (
    <section class="stock-part" aria-labelledby="figures-waste" data-testid="waste">
      <h2 id="figures-waste">{wasteTexts.waste}</h2>
      <p class="stock-soft">{wasteTexts.about}</p>
      {failure && <StaffFailure failure={failure} retry={refresh} />}
      {!waste && !failure && <p role="status">{texts.loading}</p>}
      {waste && (
        <div
          class={data.of === wanted ? "figure-shown" : "figure-shown figure-old"}
          aria-busy={data.of !== wanted}
          data-testid="waste-shown"
        >
          <Shown {...given} waste={waste} wasteTexts={wasteTexts} />
          {waste.items.length > 0 && (
            <div class="office-acts">
              <CsvButton
                label={wasteTexts.csvDays}
                name={`waste-days-${storeId}-${from}-${to}`}
                text={(format) => wasteDaysFile([waste], format)}
                testId="csv-waste-days"
              />
              <CsvButton
                label={wasteTexts.csvItems}
                name={`waste-items-${storeId}-${from}-${to}`}
                text={(format) => wasteItemsFile(waste, nameOf, format)}
                testId="csv-waste-items"
              />
            </div>
          )}
        </div>
      )}
    </section>
  );
}

interface ShownGiven extends Pick<Given, "texts" | "locale" | "nameOf"> {
  waste: Parameters<typeof wasteItemsFile>[0];
  wasteTexts: ReturnType<typeof useWasteTexts>;
}

function Shown({ waste, wasteTexts, texts, locale, nameOf }: ShownGiven) {
  const { days, items, currency } = waste;
  const money = (minor: number) => formatMoney(minor, currency, locale);
  const numbers = (n: number) => n.toLocaleString(locale);
  const total = sumOf(days);
  const incomplete = days.filter(({ complete }) => !complete);
  const sumText = ({ value, pieces }: WasteSum) =>
    `${money(value.amountMinor)} · ${wasteTexts.piecesText(numbers(pieces))}`;
  const mostValue = Math.max(...days.map(({ value }) => value.amountMinor));
  const mostPieces = Math.max(...days.map(({ pieces }) => pieces));
  const short = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
  if (items.length === 0) return <p>{wasteTexts.none}</p>;
  return (
    <>
      {incomplete.length > 0 && (
        <p class="stock-lost" role="alert">
          {wasteTexts.incomplete(incomplete.map(({ day }) => describeDay(day, locale)).join(" · "))}
        </p>
      )}
      <dl class="figure-tiles">
        <div class="figure-tile" data-testid="waste-value">
          <dt>{wasteTexts.value}</dt>
          <dd>{money(total.value.amountMinor)}</dd>
        </div>
        <div class="figure-tile" data-testid="waste-pieces">
          <dt>{wasteTexts.pieces}</dt>
          <dd>{numbers(total.pieces)}</dd>
        </div>
      </dl>
      <ul class="figure-outcomes" data-testid="waste-reasons">
        {REASONS.filter((reason) => piecesFor(total, reason) > 0).map((reason) => (
          <li key={reason} data-reason={reason}>
            <b>{numbers(piecesFor(total, reason))}</b> {wasteTexts.reasons[reason]}
          </li>
        ))}
      </ul>
      {days.length > 1 && (
        <>
          <h3>{wasteTexts.byDay}</h3>
          <DayChart
            texts={texts}
            locale={locale}
            days={days}
            testId="waste-chart"
            textOf={sumText}
            panels={[
              {
                title: texts.atMost(wasteTexts.value, money(mostValue)),
                parts: ({ value }) => whole(share(value.amountMinor, mostValue)),
              },
              {
                title: texts.atMost(wasteTexts.pieces, numbers(mostPieces)),
                low: true,
                parts: ({ pieces }) => whole(share(pieces, mostPieces)),
              },
            ]}
          >
            <WasteTable
              wasteTexts={wasteTexts}
              locale={locale}
              of={texts.day}
              testId="waste-table"
              rows={days.map((day) => ({
                id: day.day,
                name: <span class="figure-short">{short.format(new Date(day.day))}</span>,
                sum: day,
                value: money(day.value.amountMinor),
              }))}
            />
          </DayChart>
        </>
      )}
      <h3>{wasteTexts.byItem}</h3>
      <BarList
        texts={texts}
        locale={locale}
        testId="waste-items"
        bars={items.map((item) => ({
          id: item.itemId,
          name: nameOf(item.itemId),
          value: item.value.amountMinor,
          valueText: `${sumText(item)} (${reasonsText(item)})`,
        }))}
      />
    </>
  );

  function reasonsText({ reasons }: WasteSum): string {
    const named = reasons.map(
      ({ reason, pieces }) => `${wasteTexts.reasons[reason]} ${numbers(pieces)}`,
    );
    return named.join(", ");
  }
}

const whole = (height: number) => ({ whole: height, part: height });
