// `/office`: the head office, part by part.
import { later } from "../../shell/later.tsx";
import type { Staff } from "../account/staff.ts";
import type { AccountTexts } from "../account/texts/account-texts.ts";
import { ConflictsPage } from "./conflicts-page.tsx";
import { OfficeFrame, partsOf } from "./office-frame.tsx";
import { PeoplePage } from "./people-page.tsx";
import { useOfficeTexts } from "./texts/use-office-texts.ts";
import "../../styles/stock.css";

const MarketStockPage = later<{ staff: Staff }>(
  async () => (await import("../stock/market-stock-page.tsx")).MarketStockPage,
);

const ReportsPage = later<{ staff: Staff }>(
  async () => (await import("../figures/reports-page.tsx")).ReportsPage,
);

const CatalogPage = later<{ staff: Staff; market: string; view: string }>(
  async () => (await import("../catalog/catalog-page.tsx")).CatalogPage,
);

interface Given {
  staff: Staff;
  texts: AccountTexts;
  /** Empty: the first that the person may see. */
  name: string;
  /** What follows the part in the address: of the catalog the market, and what of it. */
  rest: readonly string[];
}

export function OfficePage({ staff, texts: account, name, rest }: Given) {
  const texts = useOfficeTexts();
  const permitted = partsOf(staff);
  const part = permitted.find((one) => one === (name || permitted[0]));
  if (!part) {
    return (
      <p class="wide staff-wrong" role="alert">
        {account.forbidden}
      </p>
    );
  }
  return (
    <OfficeFrame staff={staff} texts={texts} part={part}>
      {part === "catalog" && (
        <CatalogPage staff={staff} market={rest[0] ?? ""} view={rest[1] ?? ""} />
      )}
      {part === "stock" && <MarketStockPage staff={staff} />}
      {part === "people" && <PeoplePage staff={staff} texts={texts} account={account} />}
      {part === "reports" && <ReportsPage staff={staff} />}
      {part === "conflicts" && <ConflictsPage staff={staff} texts={texts} />}
    </OfficeFrame>
  );
}
