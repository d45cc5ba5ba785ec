// Revenue and orders by day, as bars and as a table.
import { DayChart, share } from "./day-chart.tsx";
import { DayTable } from "./day-table.tsx";
import type { DayFigures } from "./figures.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

interface Given {
  texts: FigureTexts;
  locale: string;
  days: readonly DayFigures[];
  money: (amountMinor: number) => string;
}

export function OrderChart(given: Given) {
  const { texts, locale, days, money } = given;
  const numbers = (n: number) => n.toLocaleString(locale);
  const mostRevenue = Math.max(...days.map(({ revenue }) => revenue.amountMinor));
  const mostOrders = Math.max(...days.map(({ orders }) => orders.placed));
  return (
    <DayChart
      texts={texts}
      locale={locale}
      days={days}
      testId="day-chart"
      textOf={({ revenue, orders }) =>
        `${texts.revenue} ${money(revenue.amountMinor)}, ${texts.orders} ${numbers(orders.placed)}`
      }
      panels={[
        {
          title: texts.atMost(texts.revenue, money(mostRevenue)),
          parts: ({ revenue }) => ({
            whole: share(revenue.amountMinor, mostRevenue),
            part: share(revenue.amountMinor, mostRevenue),
          }),
        },
        {
          title: texts.atMost(texts.orders, numbers(mostOrders)),
          low: true,
          parts: ({ orders }) => ({
            whole: share(orders.placed, mostOrders),
            part: share(orders.collected, mostOrders),
          }),
        },
      ]}
      legend={
        <p class="chart-key">
          <span class="chart-part" /> {texts.outcomes.collected} <span class="chart-rest" />{" "}
          {texts.others}
        </p>
      }
    >
      <DayTable {...given} />
    </DayChart>
  );
}
