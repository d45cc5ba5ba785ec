// What will change, before it holds: every change with the value before and after.

import { formatMoney } from "../../formatting/money.ts";
import { MOST_CHANGED_ITEMS } from "../../generated/limits.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import type { Saving } from "../use-staff-mutation.ts";
import type { Change } from "./price-changes.ts";
import type { PriceGiven } from "./price-given.ts";

interface Given extends PriceGiven {
  changes: readonly Change[];
  state: Saving;
  outcome: "" | "done" | "refused";
  onApply: () => void;
  onDiscard: () => void;
}

export function Preview({ changes, state, outcome, onApply, onDiscard, ...given }: Given) {
  const { texts, locale, currency } = given;
  const { forbidden } = useAccountTexts();
  const money = (minor: number) => formatMoney(minor, currency, locale);
  const busy = state === "sending" || state === "again";
  const wrong =
    state === "forbidden"
      ? forbidden
      : outcome === "refused" || state === "failed"
        ? texts.refused
        : "";
  return (
    <section
      class={changes.length > 0 ? "stock-part price-pending" : "stock-part"}
      aria-labelledby="price-preview"
    >
      <h2 id="price-preview">{texts.preview(changes.length.toLocaleString(locale))}</h2>
      {changes.length === 0 && outcome !== "done" && <p>{texts.noChanges}</p>}
      <ul data-testid="preview">
        {changes.map(({ item, priceMinor, listed }) => (
          <li key={item.itemId}>
            <b>{item.name}</b>
            {priceMinor !== undefined && (
              <>
                {" "}
                <s>{money(item.priceMinor)}</s> → <b>{money(priceMinor)}</b>
              </>
            )}
            {listed !== undefined && ` · ${listed ? texts.willBeListed : texts.willBeTaken}`}
          </li>
        ))}
      </ul>
      {changes.length > MOST_CHANGED_ITEMS && (
        <p>{texts.tooMany(MOST_CHANGED_ITEMS.toLocaleString(locale))}</p>
      )}
      {changes.length > 0 && (
        <div class="office-acts">
          <button
            type="button"
            class="button"
            data-testid="apply"
            aria-disabled={busy}
            onClick={onApply}
          >
            {state === "again" ? texts.again : busy ? texts.saving : texts.apply}
          </button>
          <button type="button" class="text-button" onClick={onDiscard}>
            {texts.discard}
          </button>
        </div>
      )}
      <p role={wrong ? "alert" : "status"} class={wrong ? "stock-wrong" : "office-note"}>
        {wrong || (outcome === "done" && changes.length === 0 ? texts.done : "")}
      </p>
    </section>
  );
}
