// `/office/catalog`: the markets; `/office/catalog/<market>`: a catalog's items, publishing and versions.
import { formatCountry } from "../../formatting/address.ts";
import { CatalogStateDocument } from "../../generated/catalog.ts";
import { MarketsDocument } from "../../generated/operations.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { useQuery } from "../../graphql/use-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { permits } from "../session/grants.ts";
import { StaffFailure, StaffPageFailure } from "../staff-failure.tsx";
import { InForce, StateFacts } from "./catalog-state.tsx";
import { CategoriesView } from "./categories-view.tsx";
import { ItemsView } from "./items-view.tsx";
import { PublishView } from "./publish-view.tsx";
import { useCatalogTexts } from "./texts/use-catalog-texts.ts";
import { type MarketState, useCatalogStates } from "./use-catalog-states.ts";
import { VersionsView } from "./versions-view.tsx";
import "../../styles/catalog.css";

const POLL_MS = 30_000;
export const VIEWS = ["items", "categories", "publish", "versions"] as const;

interface Given {
  staff: Staff;
  /** Empty: the list of all. */
  market: string;
  /** Empty: the items. */
  view: string;
}

export function CatalogPage({ staff, market, view }: Given) {
  const texts = useCatalogTexts();
  const { code } = useLanguage();
  const { data, failure, reload } = useQuery(MarketsDocument, {}, { quiet: true });
  const markets = (data?.markets ?? [])
    .filter(({ id }) => permits(staff.roles, "READ_CATALOG", { market: id }))
    .map(({ id, country }) => ({ id, name: formatCountry(id, country, code) }))
    .sort((a, b) => a.name.localeCompare(b.name, code));
  // Whoever has one market needs no list.
  const chosen = markets.find(({ id }) => id === market) ?? (!market && only(markets));
  usePageHead({ title: chosen ? `${texts.title} · ${chosen.name}` : texts.title });
  if (!data) {
    if (!failure) return <MenuSkeleton text={texts.loadingCatalog} />;
    return <StaffPageFailure title={texts.title} failure={failure} retry={reload} />;
  }
  if (chosen) {
    return (
      <MarketCatalog
        key={chosen.id}
        staff={staff}
        market={chosen.id}
        country={chosen.name}
        view={VIEWS.find((one) => one === view) ?? "items"}
        alone={markets.length === 1}
      />
    );
  }
  return (
    <div class="wide staff-home" data-testid="catalogs">
      <h1>{texts.title}</h1>
      {market && (
        <p class="staff-wrong" role="alert">
          {texts.noMarket}
        </p>
      )}
      {markets.length > 0 && <MarketCards staff={staff} markets={markets} />}
    </div>
  );
}

const only = <T,>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

export const catalogPath = (market: string, view = "items"): string =>
  `/office/catalog/${market}${view === "items" ? "" : `/${view}`}`;

interface MarketsGiven {
  staff: Staff;
  markets: readonly { id: string; name: string }[];
}

function MarketCards({ staff, markets }: MarketsGiven) {
  const ids = markets.map(({ id }) => id);
  const { states, refresh } = useCatalogStates(ids, staff.send, POLL_MS);
  return (
    <ul class="catalog-markets">
      {markets.map(({ id, name }) => (
        <MarketCard
          key={id}
          staff={staff}
          market={id}
          country={name}
          state={states.get(id)}
          retry={refresh}
        />
      ))}
    </ul>
  );
}

interface CardGiven {
  staff: Staff;
  market: string;
  country: string;
  /** Undefined before the first answer. */
  state: MarketState | undefined;
  retry: () => void;
}

function MarketCard({ staff, market, country, state, retry }: CardGiven) {
  const texts = useCatalogTexts();
  const { catalog, failure } = state ?? {};
  return (
    <li class="office-card" data-testid="market" data-market={market}>
      <h2 class="catalog-market">
        <a href={catalogPath(market)}>{country}</a>
      </h2>
      {catalog && <InForce catalog={catalog} staff={staff} texts={texts} />}
      {catalog && <StateFacts catalog={catalog} texts={texts} />}
      {!catalog && !failure && <p role="status">{texts.loading}</p>}
      {!catalog && failure && <StaffFailure failure={failure} retry={retry} />}
    </li>
  );
}

interface CatalogGiven {
  staff: Staff;
  market: string;
  country: string;
  view: (typeof VIEWS)[number];
  alone: boolean;
}

function MarketCatalog({ staff, market, country, view, alone }: CatalogGiven) {
  const texts = useCatalogTexts();
  const { data, failure, refresh } = usePolledQuery(
    CatalogStateDocument,
    { market },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  if (!data) {
    if (!failure) return <MenuSkeleton text={texts.loadingCatalog} />;
    return (
      <StaffPageFailure title={`${texts.title} · ${country}`} failure={failure} retry={refresh} />
    );
  }
  const given = { staff, texts, country, catalog: data.catalog, refresh };
  return (
    <div class="wide stock" data-testid="catalog" data-market={market}>
      <h1>
        {texts.title} <span class="stock-store">{country}</span>
      </h1>
      <div class="catalog-head">
        <InForce catalog={data.catalog} staff={staff} texts={texts} />
        <StateFacts catalog={data.catalog} texts={texts} />
      </div>
      <nav aria-label={texts.views} class="catalog-views">
        <ul class="staff-links">
          {VIEWS.map((one) => (
            <li key={one}>
              <a
                href={catalogPath(market, one)}
                aria-current={one === view ? "page" : undefined}
                data-testid={`to-${one}`}
              >
                {texts[one]}
              </a>
            </li>
          ))}
          {!alone && (
            <li>
              <a href="/office/catalog">{texts.allMarkets}</a>
            </li>
          )}
        </ul>
      </nav>
      {view === "items" && <ItemsView {...given} />}
      {view === "categories" && <CategoriesView {...given} />}
      {view === "publish" && <PublishView {...given} />}
      {view === "versions" && <VersionsView {...given} />}
    </div>
  );
}
