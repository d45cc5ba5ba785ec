// The figures of days as a table, which becomes cards on a telephone.
import type { DayFigures } from "./figures.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

interface Given {
  texts: FigureTexts;
  locale: string;
  days: readonly DayFigures[];
  money: (amountMinor: number) => string;
}

/** More would make the table wider than a tablet held upright; files have all. */
const SHOWN = ["collected", "rejected"] as const;

export function DayTable({ texts, locale, days, money }: Given) {
  const cells = (day: DayFigures): [string, string][] => [
    [texts.revenue, money(day.revenue.amountMinor)],
    [texts.refunded, money(day.refunded.amountMinor)],
    [texts.orders, day.orders.placed.toLocaleString(locale)],
    ...SHOWN.map((one): [string, string] => [
      texts.outcomes[one],
      day.orders[one].toLocaleString(locale),
    ]),
  ];
  const first = days[0];
  const short = new Intl.DateTimeFormat(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
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
            <th scope="row" class="figure-short">
              {short.format(new Date(day.day))}
            </th>
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
