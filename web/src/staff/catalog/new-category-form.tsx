// Makes a category of a catalog: its name in the market's language, id and place.

import { useState } from "preact/hooks";
import { EditCatalogCategoryDocument } from "../../generated/catalog.ts";
import { MOST_CATEGORY_NAME, MOST_RANK } from "../../generated/limits.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import {
  categoryIdOf,
  type NewCategory,
  NO_CATEGORY,
  newCategoryOf,
  type WrongInCategory,
} from "./category-edit.ts";
import { type CatalogError, ChangedNote } from "./changed-note.tsx";
import { CheckedField } from "./checked-field.tsx";
import { IdField, NameField, NewDraftForm } from "./draft-forms.tsx";
import type { Wording } from "./entry-names.ts";

interface Given extends CatalogGiven {
  wording: Wording;
  taken: readonly string[];
  onMade: () => void;
  onCancel: () => void;
}

export function NewCategoryForm(given: Given) {
  const { catalog, staff, texts, wording, taken, onMade, onCancel } = given;
  const { market, locale } = catalog;
  const [typed, setTyped] = useState(NO_CATEGORY);
  const [tried, setTried] = useState(false);
  const [errors, setErrors] = useState<readonly CatalogError[]>([]);
  const [state, send] = useStaffMutation(EditCatalogCategoryDocument, staff.send, (data) => {
    const found = data.editCatalogCategory.errors;
    setErrors(found);
    if (found.length === 0) onMade();
  });
  const busy = state === "sending" || state === "again";
  const { input, wrong } = newCategoryOf(typed, { market, locale, taken });
  const type = (more: Partial<NewCategory>) => {
    setErrors([]);
    setTyped({ ...typed, ...more });
  };
  const messages: Readonly<Record<WrongInCategory, string>> = {
    name: texts.nameNeeded,
    id: texts.wrongId,
    taken: texts.categoryTaken,
    place: texts.wrongPlace(MOST_RANK.toLocaleString(wording.code)),
  };
  const field = { shown: tried ? wrong : wrong.filter((one) => one === "taken"), messages };
  return (
    <NewDraftForm
      title={texts.newCategory}
      texts={texts}
      testId="new-category"
      makeId="make-category"
      busy={busy}
      onCancel={onCancel}
      onMake={() => {
        setTried(true);
        if (!input) return false;
        setErrors([]);
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
            texts.refused(path[0] === "rank" ? texts.place : texts.aspects.NAME)
          }
          changed={() => texts.categoryTaken}
        />
      }
    >
      <NameField
        wording={wording}
        locale={locale}
        field={field}
        most={MOST_CATEGORY_NAME}
        testId="new-category-name"
        value={typed.name}
        onType={(name) => type({ name })}
      />
      <IdField
        texts={texts}
        field={field}
        testId="new-category-id"
        value={categoryIdOf(typed)}
        onType={(id) => type({ id })}
      />
      <CheckedField {...field} label={texts.place} hint={texts.placeHint} of={["place"]}>
        {(marks) => (
          <input
            {...marks}
            class="staff-field"
            inputMode="numeric"
            autocomplete="off"
            maxLength={7}
            data-testid="new-category-place"
            value={typed.place}
            onInput={(event) => type({ place: event.currentTarget.value })}
          />
        )}
      </CheckedField>
    </NewDraftForm>
  );
}
