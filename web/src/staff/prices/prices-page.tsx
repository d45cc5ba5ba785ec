// `/staff/<store>/prices`: prices and listing of several items, with a preview before they hold.

import { useMemo, useRef, useState } from "preact/hooks";
import { localeIn } from "../../formatting/address.ts";
import { minorDigits } from "../../formatting/money.ts";
import { MOST_CHANGED_ITEMS } from "../../generated/limits.ts";
import { ChangeAssortmentDocument } from "../../generated/prices.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { useHeldPage } from "../hold-page.ts";
import { useListedItems } from "../listed-items.ts";
import { permits } from "../session/grants.ts";
import { StaffPageFailure } from "../staff-failure.tsx";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { AddItem } from "./add-item.tsx";
import { ChangeForm } from "./change-form.tsx";
import { Preview } from "./preview.tsx";
import {
  type Change,
  changesOf,
  type Drafts,
  linesOf,
  type PricedItem,
  withoutMade,
} from "./price-changes.ts";
import { usePriceTexts } from "./texts/use-price-texts.ts";
import "../../styles/stock.css";

const POLL_MS = 20_000;

export function PricesPage({ storeId, staff }: { storeId: string; staff: Staff }) {
  const texts = usePriceTexts();
  const { forbidden } = useAccountTexts();
  const { say, code } = useLanguage();
  const { data, failure, refresh } = useListedItems(storeId, staff.send, POLL_MS);
  const [drafts, setDrafts] = useState<Drafts>(new Map());
  /** Items that are not on the menu: added from the catalog, or taken off the menu on this page. */
  const [others, setOthers] = useState<readonly PricedItem[]>([]);
  const [outcome, setOutcome] = useState<"" | "done" | "refused">("");
  /** The changes that were sent last, and the drafts that they were made of. */
  const sent = useRef<{ made: readonly Change[]; drafts: Drafts }>({ made: [], drafts: new Map() });
  const [state, change] = useStaffMutation(ChangeAssortmentDocument, staff.send, (answer) => {
    const refused = answer.updateAssortment.errors.length > 0;
    setOutcome(refused ? "refused" : "done");
    if (refused) return;
    const { made, drafts: typed } = sent.current;
    const off = made.filter(({ listed }) => listed === false);
    setOthers((all) => [
      ...all.filter(({ itemId }) => !made.some(({ item }) => item.itemId === itemId)),
      ...off.map(({ item, priceMinor }) => ({
        ...item,
        listed: false,
        priceMinor: priceMinor ?? item.priceMinor,
      })),
    ]);
    // What was typed while it was sent, and what did not fit into one mutation, stays.
    setDrafts((now) => withoutMade(now, made, typed));
    refresh();
  });
  usePageHead({ title: texts.title });
  const items = useMemo(() => {
    const listed = (data?.items ?? []).map((item) => ({ ...item, listed: true }));
    const known = new Set(listed.map(({ itemId }) => itemId));
    return [...listed, ...others.filter(({ itemId }) => !known.has(itemId))];
  }, [data, others]);
  useHeldPage(drafts.size > 0);
  const digits = data ? minorDigits(data.currency) : 2;
  const changes = changesOf(items, drafts, digits);
  if (!data) {
    if (data === null) return <Alone title={texts.title} text={say.notFound} />;
    if (!failure) return <MenuSkeleton />;
    return <StaffPageFailure title={texts.title} failure={failure} retry={refresh} />;
  }
  const { store, currency } = data;
  const market = store.market.id;
  if (!permits(staff.roles, "EDIT_ASSORTMENT", { storeId, market })) {
    return <Alone title={texts.title} text={forbidden} />;
  }
  const given = { texts, locale: localeIn(code, market), currency, digits };
  return (
    <div class="wide stock" data-testid="prices">
      <h1>
        {texts.title} <span class="stock-store">{store.name}</span>
      </h1>
      <ChangeForm
        {...given}
        items={items}
        drafts={drafts}
        onDrafts={(next) => {
          setOutcome("");
          setDrafts(next);
        }}
      />
      <AddItem
        {...given}
        market={market}
        known={items}
        onAdd={(item) => {
          setOthers([...others, item]);
          setDrafts(new Map(drafts).set(item.itemId, { listed: true }));
        }}
      />
      <Preview
        {...given}
        changes={changes}
        state={state}
        outcome={outcome}
        onApply={() => {
          if (state === "sending" || state === "again") return;
          setOutcome("");
          sent.current = { made: changes.slice(0, MOST_CHANGED_ITEMS), drafts };
          change({ storeId, lines: linesOf(sent.current.made) });
        }}
        onDiscard={() => setDrafts(new Map())}
      />
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
