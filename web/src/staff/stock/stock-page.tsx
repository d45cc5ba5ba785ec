// `/staff/<store>/stock`: what a store has, counted by hand or by file, and what is thrown away.
import { localeIn } from "../../formatting/address.ts";
import { StockOfStoreDocument } from "../../generated/stock.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useListedItems } from "../listed-items.ts";
import { ReadingLine } from "../reading-line.tsx";
import { isForbidden } from "../refused-token.ts";
import { permits } from "../session/grants.ts";
import { StaffPageFailure } from "../staff-failure.tsx";
import { Imports } from "./imports.tsx";
import { StockTable } from "./stock-table.tsx";
import { useStockTexts } from "./texts/use-stock-texts.ts";
import { UnknownItems } from "./unknown-items.tsx";
import "../../styles/stock.css";

/** Sales and orders change stock all the time; a reading is one request of one item of the table. */
const POLL_MS = 4000;
/** What the store lists is read for names, and for items that nobody counted. */
const LISTED_MS = 10 * 60_000;

export function StockPage({ storeId, staff }: { storeId: string; staff: Staff }) {
  const texts = useStockTexts();
  const { forbidden } = useAccountTexts();
  const { say, code } = useLanguage();
  const { send, roles } = staff;
  const { data, at, failure, refresh } = usePolledQuery(
    StockOfStoreDocument,
    { storeId },
    { everyMs: () => POLL_MS, send },
  );
  const list = useListedItems(storeId, send, LISTED_MS);
  const listed = list.data?.items;
  usePageHead({ title: texts.title });
  const inventory = data?.inventory;
  if (!inventory) {
    if (data) return <Alone text={say.notFound} title={texts.title} />;
    if (!failure) return <MenuSkeleton />;
    if (isForbidden(failure)) return <Alone text={forbidden} title={texts.title} />;
    return <StaffPageFailure title={texts.title} failure={failure} retry={refresh} />;
  }
  // Names sort the table: it is not shown before they are here, unless they cannot be read.
  if (list.data === undefined && !list.failure) return <MenuSkeleton />;
  const { store } = inventory;
  const locale = localeIn(code, store.market.id);
  const clock = new Intl.DateTimeFormat(locale, {
    timeStyle: "medium",
    timeZone: store.timeZone,
  });
  const read = at ? clock.format(at) : "";
  const place = { storeId, market: store.market.id };
  const mayCount = permits(roles, "COUNT_STOCK", place);
  const given = { staff, texts, locale, timeZone: store.timeZone };
  return (
    <div class="wide stock" data-testid="stock" data-read={at?.getTime()}>
      <div class="stock-head">
        <h1>
          {texts.title} <span class="stock-store">{store.name}</span>
        </h1>
        <ReadingLine
          isLost={failure !== undefined}
          text={failure ? texts.lost(read) : texts.live(read)}
          dot
        />
      </div>
      <StockTable
        {...given}
        storeId={storeId}
        lines={inventory.lines}
        listed={listed}
        mayCount={mayCount}
        mayWaste={permits(roles, "RECORD_WASTE", place)}
        onChanged={refresh}
      />
      <UnknownItems {...given} items={inventory.unknown} />
      {mayCount && <Imports {...given} storeId={storeId} onImported={refresh} />}
    </div>
  );
}

function Alone({ title, text }: { title: string; text: string }) {
  return (
    <div class="wide staff-home">
      <h1>{title}</h1>
      <p class="staff-wrong" role="alert">
        {text}
      </p>
    </div>
  );
}
