// What the orders of some days brought, and what became of them.
import { OUTCOMES, type Totals } from "./figures.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

interface Given {
  texts: FigureTexts;
  locale: string;
  totals: Totals;
  money: (amountMinor: number) => string;
}

export function TotalTiles({ texts, locale, totals: { amounts, orders }, money }: Given) {
  const { revenue, refunded, charged } = amounts;
  const tile = (name: string, value: string, testId: string, hint = "") => (
    <div class="figure-tile" data-testid={testId}>
      <dt>
        {name} {hint && <small>{hint}</small>}
      </dt>
      <dd>{value}</dd>
    </div>
  );
  return (
    <>
      <dl class="figure-tiles">
        {tile(texts.revenue, money(revenue), "total-revenue", texts.revenueHint)}
        {tile(texts.orders, orders.placed.toLocaleString(locale), "total-orders")}
        {tile(texts.refunded, money(refunded), "total-refunded")}
        {tile(texts.expected, money(amounts.expected), "total-expected", texts.expectedHint)}
      </dl>
      <dl class="figure-facts">
        {line(texts.left, money(revenue - refunded))}
        {line(texts.tax, money(amounts.tax))}
        {line(texts.charged, money(charged))}
        {line(texts.atStore, money(revenue - charged))}
        {amounts.otherRefunds > 0 && line(texts.otherRefunds, money(amounts.otherRefunds))}
      </dl>
      <ul class="figure-outcomes" data-testid="outcomes">
        {OUTCOMES.filter((one) => orders[one] > 0).map((one) => (
          <li key={one} data-outcome={one}>
            <b>{orders[one].toLocaleString(locale)}</b> {texts.outcomes[one]}
          </li>
        ))}
      </ul>
    </>
  );
}

const line = (name: string, value: string) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
