// Edits the draft of an item: texts in all languages side by side, price, allergens, calories, picture.
import { useState } from "preact/hooks";
import { minorDigits } from "../../formatting/money.ts";
import { CatalogItemDocument, EditCatalogItemDocument } from "../../generated/catalog.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { useStaffQuery } from "../use-staff-query.ts";
import { AllergenFields } from "./allergen-fields.tsx";
import type { CatalogGiven } from "./catalog-given.ts";
import { type CatalogError, ChangedNote } from "./changed-note.tsx";
import { DraftEditor } from "./draft-forms.tsx";
import { draftKey, useDraft } from "./drafts.ts";
import { entryName, type Wording } from "./entry-names.ts";
import { editOf, type Item, isEdit, type Typed } from "./item-edit.ts";
import { ItemHistory } from "./item-history.tsx";
import { PlainFields } from "./plain-fields.tsx";
import { TextFields } from "./text-fields.tsx";

interface Given extends CatalogGiven {
  itemId: string;
  name: string;
  wording: Wording;
  mayEdit: boolean;
  onSaved: () => void;
}

export function ItemEditor(given: Given) {
  const { catalog, itemId, staff, texts } = given;
  const { data, failure, refresh } = useStaffQuery(
    CatalogItemDocument,
    { market: catalog.market, itemId },
    staff.send,
  );
  if (data?.catalogItem) return <Form {...given} item={data.catalogItem} reload={refresh} />;
  if (failure) return <StaffFailure failure={failure} retry={refresh} />;
  return <p role="status">{texts.loading}</p>;
}

/** Names of the fields of the input, in paths of errors, as entries. */
const ENTRIES: Readonly<Record<string, string>> = { priceMinor: "price", imageUrl: "image_url" };

function Form(given: Given & { item: Item; reload: () => void }) {
  const { item, reload, catalog, staff, texts, name, wording, mayEdit, onSaved } = given;
  const digits = minorDigits(catalog.currency);
  const draft = useDraft(draftKey(staff.id, catalog.market, item.itemId), item, digits);
  const { typed } = draft;
  const [errors, setErrors] = useState<readonly CatalogError[]>([]);
  const [saved, setSaved] = useState(false);
  const edit = editOf(item, typed, digits, draft.seen);
  const isEdited = isEdit(edit);
  const [state, send] = useStaffMutation(EditCatalogItemDocument, staff.send, (data) => {
    const found = data.editCatalogItem.errors;
    setErrors(found);
    setSaved(found.length === 0);
    if (found.length === 0) {
      draft.saved(typed);
      onSaved();
    }
    // After a refusal what was typed stays, over what is there by now.
    reload();
  });
  const busy = state === "sending" || state === "again";
  const type = (more: Partial<Typed>) => {
    setSaved(false);
    draft.type(more);
  };
  const fields = { ...given, typed, type, digits, wrong: edit.wrong };
  return (
    <DraftEditor
      name={name}
      texts={texts}
      testId="item-editor"
      saveId="save-item"
      mayEdit={mayEdit}
      busy={busy}
      isEdited={isEdited}
      isWrong={edit.wrong.length > 0}
      onSave={() => {
        setErrors([]);
        send({
          market: catalog.market,
          itemId: item.itemId,
          ...edit.set,
          expected: edit.expected,
        });
      }}
      onDiscard={() => {
        setErrors([]);
        draft.discard();
      }}
      below={
        <>
          <ChangedNote
            state={state}
            errors={errors}
            done={saved && !isEdited ? texts.saved : ""}
            wording={wording}
            refused={({ path }) => {
              const entry = path[0] ?? "";
              return texts.refused(entryName(ENTRIES[entry] ?? entry, wording));
            }}
          />
          <ItemHistory {...given} />
        </>
      }
    >
      <TextFields {...fields} />
      <PlainFields {...fields} />
      <AllergenFields {...fields} />
      <label class="catalog-check">
        <input
          type="checkbox"
          data-testid="withdraw"
          checked={typed.withdrawn ?? item.withdrawn}
          onChange={(event) => type({ withdrawn: event.currentTarget.checked })}
        />
        {texts.withdraw}
      </label>
    </DraftEditor>
  );
}
