// `/office/reports`: figures of chosen stores and of a country, what is sold out, conflicts, as bars and as files.
import { useLanguage } from "../../i18n/language.ts";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { permitsSomewhere, reachesFurther } from "../session/grants.ts";
import { ConflictReport } from "./conflict-report.tsx";
import { MarketReport } from "./market-report.tsx";
import { SoldOutReport } from "./sold-out-report.tsx";
import { StoreReport } from "./store-report.tsx";
import { useFigureTexts } from "./texts/use-figure-texts.ts";
import "../../styles/stock.css";
import "../../styles/figures.css";

/** Of the chain the API lists the conflicts of so many documents, those that were contested last. */
const DOCUMENTS = 50;

export function ReportsPage({ staff }: { staff: Staff }) {
  const texts = useFigureTexts();
  const { code } = useLanguage();
  usePageHead({ title: texts.reports });
  const { roles } = staff;
  return (
    <div class="wide stock figures" data-testid="reports">
      <h1>{texts.reports}</h1>
      {reachesFurther(roles, "READ_FIGURES") && (
        <section class="stock-part" aria-labelledby="report-chosen">
          <h2 id="report-chosen">{texts.chosen}</h2>
          <p class="stock-soft">{texts.chosenHint}</p>
          <StoreReport staff={staff} texts={texts} />
        </section>
      )}
      {permitsSomewhere(roles, "READ_MARKET_FIGURES") && (
        <section class="stock-part" aria-labelledby="report-sales">
          <h2 id="report-sales">{texts.sales}</h2>
          <p class="stock-soft">{texts.salesHint}</p>
          <MarketReport staff={staff} texts={texts} />
        </section>
      )}
      {permitsSomewhere(roles, "READ_MARKET_STOCK") && (
        <section class="stock-part" aria-labelledby="report-sold-out">
          <h2 id="report-sold-out">{texts.soldOutNow}</h2>
          <p class="stock-soft">{texts.soldOutHint}</p>
          <SoldOutReport staff={staff} texts={texts} />
        </section>
      )}
      {permitsSomewhere(roles, "READ_CHAIN_CONFLICTS") && (
        <section class="stock-part" aria-labelledby="report-of-conflicts">
          <h2 id="report-of-conflicts">{texts.conflicts}</h2>
          <p class="stock-soft">{texts.conflictsHint(DOCUMENTS.toLocaleString(code))}</p>
          <ConflictReport staff={staff} texts={texts} />
        </section>
      )}
    </div>
  );
}
