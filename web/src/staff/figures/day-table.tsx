// The figures of days as a table, which becomes cards on a telephone.
import { describeDay } from "../../formatting/calendar-day.ts";
import { type DayFigures, OUTCOMES } from "./figures.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

interface Given {
  texts: FigureTexts;
  locale: string;
  days: readonly DayFigures[];
  money: (amountMinor: number) => string;
}

export function DayTable({ texts, locale, days, money }: Given) {
  const cells = (day: DayFigures): [string, string][] => [
    [texts.revenue, money(day.revenue.amountMinor)],
    [texts.refunded, money(day.refunded.amountMinor)],
    [texts.orders, day.orders.placed.toLocaleString(locale)],
    ...OUTCOMES.map((one): [string, string] => [
      texts.outcomes[one],
      day.orders[one].toLocaleString(locale),
    ]),
  ];
  const first = days[0];
  return (
    <table class="stock-table figure-table" data-testid="day-table">
      <thead>
        <tr>
          <th scope="col">{texts.day}</th>
          {first &&
            cells(first).map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.day} data-day={day.day}>
            <th scope="row">{describeDay(day.day, locale)}</th>
            {cells(day).map(([name, value]) => (
              <td key={name} data-label={name}>
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
