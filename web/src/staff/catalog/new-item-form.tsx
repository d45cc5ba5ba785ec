// Makes an item of a catalog: name, id, category and price; the rest is edited once the draft is there.

import { useRef, useState } from "preact/hooks";
import { minorDigits } from "../../formatting/money.ts";
import { EditCatalogItemDocument } from "../../generated/catalog.ts";
import { MOST_ITEM_NAME } from "../../generated/limits.ts";
import { examplePrice } from "../prices/price-changes.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { type CatalogError, ChangedNote } from "./changed-note.tsx";
import { CheckedField } from "./checked-field.tsx";
import { IdField, NameField, NewDraftForm } from "./draft-forms.tsx";
import { entryName, type Wording } from "./entry-names.ts";
import { idOf, inputOf, type NewItem, NO_ITEM, type WrongField } from "./new-item.ts";

interface Given extends CatalogGiven {
  wording: Wording;
  /** Ids of all drafts of the market, withdrawn ones included. */
  taken: readonly string[];
  onMade: (itemId: string, category: string) => void;
  onCancel: () => void;
}

/** Names of the fields of the input, in paths of errors, as entries. */
const ENTRIES: Readonly<Record<string, string>> = { priceMinor: "price" };

export function NewItemForm(given: Given) {
  const { catalog, staff, texts, wording, taken, onMade, onCancel } = given;
  const digits = minorDigits(catalog.currency);
  const [item, setItem] = useState(NO_ITEM);
  const [tried, setTried] = useState(false);
  const [errors, setErrors] = useState<readonly CatalogError[]>([]);
  const sent = useRef({ id: "", category: "" });
  const [state, send] = useStaffMutation(EditCatalogItemDocument, staff.send, (data) => {
    const found = data.editCatalogItem.errors;
    setErrors(found);
    if (found.length === 0) onMade(sent.current.id, sent.current.category);
  });
  const busy = state === "sending" || state === "again";
  const { market, locale } = catalog;
  const { input, wrong } = inputOf(item, { market, locale, digits, taken });
  const shown = tried ? wrong : wrong.filter((one) => one === "taken");
  const type = (more: Partial<NewItem>) => {
    setErrors([]);
    setItem({ ...item, ...more });
  };
  const messages: Readonly<Record<WrongField, string>> = {
    name: texts.nameNeeded,
    id: texts.wrongId,
    taken: texts.idTaken,
    category: texts.categoryNeeded,
    price: texts.wrongPrice(examplePrice(digits)),
  };
  const field = { shown, messages };
  return (
    <NewDraftForm
      title={texts.newItem}
      texts={texts}
      testId="new-item"
      makeId="make-item"
      busy={busy}
      hint={texts.newItemRest}
      onCancel={onCancel}
      onMake={() => {
        setTried(true);
        if (!input) return false;
        setErrors([]);
        sent.current = { id: input.itemId, category: item.category };
        send(input);
        return true;
      }}
      note={
        <ChangedNote
          state={state}
          errors={errors}
          done=""
          wording={wording}
          refused={({ path }) =>
            texts.refused(entryName(ENTRIES[path[0] ?? ""] ?? path[0] ?? "", wording))
          }
          changed={() => texts.idTaken}
        />
      }
    >
      <NameField
        wording={wording}
        locale={locale}
        field={field}
        most={MOST_ITEM_NAME}
        testId="new-name"
        value={item.name}
        onType={(name) => type({ name })}
      />
      <IdField
        texts={texts}
        field={field}
        testId="new-id"
        value={idOf(item)}
        onType={(id) => type({ id })}
      />
      <CheckedField {...field} label={texts.aspects.CATEGORY} of={["category"]}>
        {(marks) => (
          <select
            {...marks}
            class="staff-field"
            data-testid="new-category"
            value={item.category}
            onChange={(event) => type({ category: event.currentTarget.value })}
          >
            <option value="" />
            {catalog.categories.map(({ id }) => (
              <option key={id} value={id}>
                {wording.categories[id] ?? id}
              </option>
            ))}
          </select>
        )}
      </CheckedField>
      <CheckedField
        {...field}
        label={`${texts.aspects.PRICE} (${wording.currency})`}
        of={["price"]}
      >
        {(marks) => (
          <input
            {...marks}
            class="staff-field"
            inputMode="decimal"
            autocomplete="off"
            data-testid="new-price"
            value={item.price}
            onInput={(event) => type({ price: event.currentTarget.value })}
          />
        )}
      </CheckedField>
    </NewDraftForm>
  );
}
