// Which country a report is of, among those where this person may see it.
import type { ComponentChildren } from "preact";
import { formatCountry } from "../../formatting/address.ts";
import { MarketsDocument } from "../../generated/operations.ts";
import { useQuery } from "../../graphql/use-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { Staff } from "../account/staff.ts";
import { permits } from "../session/grants.ts";
import { StaffFailure } from "../staff-failure.tsx";
import type { FigureTexts } from "./texts/figure-texts.ts";

interface Given {
  staff: Staff;
  permission: "READ_MARKET_STOCK" | "READ_MARKET_FIGURES";
  texts: FigureTexts;
  testId: string;
  /** The market that is chosen; undefined, or none that this person may see: the first one. */
  chosen: string | undefined;
  onChosen: (market: string) => void;
  /** The report of a market. */
  children: (market: string) => ComponentChildren;
}

export function MarketChoice({ staff, permission, texts, testId, children, ...given }: Given) {
  const { chosen, onChosen } = given;
  const { code } = useLanguage();
  const { data, failure, reload } = useQuery(MarketsDocument, {}, { quiet: true });
  if (!data) {
    if (failure) return <StaffFailure failure={failure} retry={reload} />;
    return (
      <p class="on-its-way" role="status">
        {texts.loading}
      </p>
    );
  }
  const markets = data.markets.filter(({ id }) => permits(staff.roles, permission, { market: id }));
  const market = markets.find(({ id }) => id === chosen) ?? markets[0];
  if (!market) return null;
  return (
    <>
      <label class="staff-label report-market">
        {texts.market}
        <select
          class="staff-field"
          data-testid={testId}
          value={market.id}
          onChange={(event) => onChosen(event.currentTarget.value)}
        >
          {markets.map(({ id, country }) => (
            <option key={id} value={id}>
              {formatCountry(id, country, code)}
            </option>
          ))}
        </select>
      </label>
      {children(market.id)}
    </>
  );
}
