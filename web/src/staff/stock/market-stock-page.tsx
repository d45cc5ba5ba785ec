// `/office/stock`: what the stores of a market are out of or low on, files of the chain, unknown items.
import { useState } from "preact/hooks";
import { formatCountry } from "../../formatting/address.ts";
import { MarketsDocument } from "../../generated/operations.ts";
import { useQuery } from "../../graphql/use-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { permits } from "../session/grants.ts";
import { StaffPageFailure } from "../staff-failure.tsx";
import { ChainUnknown } from "./chain-unknown.tsx";
import { Imports } from "./imports.tsx";
import { LowStores } from "./low-stores.tsx";
import { useStockTexts } from "./texts/use-stock-texts.ts";
import "../../styles/stock.css";

/** Pieces that are left at most: 0 is sold out, 5 is what menus call low. */
const THRESHOLDS = [0, 2, 5, 10] as const;

export function MarketStockPage({ staff }: { staff: Staff }) {
  const texts = useStockTexts();
  const { code } = useLanguage();
  const { data, failure, reload } = useQuery(MarketsDocument, {}, { quiet: true });
  const [chosen, setChosen] = useState("");
  const [atMost, setAtMost] = useState<number>(0);
  usePageHead({ title: texts.title });
  if (!data) {
    if (!failure) return <MenuSkeleton />;
    return <StaffPageFailure title={texts.title} failure={failure} retry={reload} />;
  }
  const markets = data.markets.filter(({ id }) =>
    permits(staff.roles, "READ_MARKET_STOCK", { market: id }),
  );
  const market = markets.find(({ id }) => id === chosen) ?? markets[0];
  const given = { staff, texts, locale: code, timeZone: undefined };
  const wholeChain = permits(staff.roles, "READ_CHAIN_STOCK");
  return (
    <div class="wide stock" data-testid="market-stock">
      <h1>{texts.title}</h1>
      {market && (
        <section class="stock-part" aria-labelledby="stock-low">
          <h2 id="stock-low">{texts.storesLow}</h2>
          <div class="stock-tools">
            <label class="staff-label">
              {texts.market}
              <select
                class="staff-field"
                data-testid="stock-market"
                value={market.id}
                onChange={(event) => setChosen(event.currentTarget.value)}
              >
                {markets.map(({ id, country }) => (
                  <option key={id} value={id}>
                    {formatCountry(id, country, code)}
                  </option>
                ))}
              </select>
            </label>
            <label class="staff-label">
              {texts.threshold}
              <select
                class="staff-field"
                data-testid="stock-threshold"
                value={atMost}
                onChange={(event) => setAtMost(Number(event.currentTarget.value))}
              >
                {THRESHOLDS.map((pieces) => (
                  <option key={pieces} value={pieces}>
                    {pieces.toLocaleString(code)}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <LowStores key={`${market.id} ${atMost}`} {...given} market={market.id} atMost={atMost} />
        </section>
      )}
      {wholeChain && <ChainUnknown {...given} />}
      {wholeChain && <Imports {...given} storeId={undefined} />}
    </div>
  );
}
