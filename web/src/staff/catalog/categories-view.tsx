// The categories of a market's catalog in menu order: names in every language, place, and new ones.

import { useId, useRef, useState } from "preact/hooks";
import { CatalogCategoriesDocument, EditCatalogCategoryDocument } from "../../generated/catalog.ts";
import { MOST_CATEGORY_NAME, MOST_RANK } from "../../generated/limits.ts";
import { languageName } from "../../i18n/language.ts";
import { permits } from "../session/grants.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { useStaffQuery } from "../use-staff-query.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import {
  type Category,
  categoryEditOf,
  type TypedCategory,
  type WrongInCategory,
} from "./category-edit.ts";
import { type CatalogError, ChangedNote } from "./changed-note.tsx";
import { CheckedField } from "./checked-field.tsx";
import { DraftEditor } from "./draft-forms.tsx";
import { useWording, type Wording } from "./entry-names.ts";
import { nameOf, textIn } from "./item-edit.ts";
import { NewCategoryForm } from "./new-category-form.tsx";

export function CategoriesView(given: CatalogGiven) {
  const { staff, texts, catalog, refresh } = given;
  const {
    data,
    failure,
    refresh: reload,
  } = useStaffQuery(CatalogCategoriesDocument, { market: catalog.market }, staff.send);
  const wording = useWording(given);
  const mayEdit = permits(staff.roles, "EDIT_CATALOG", { market: catalog.market });
  const [adding, setAdding] = useState(false);
  const [done, setDone] = useState("");
  const addButton = useRef<HTMLButtonElement>(null);
  if (!data) {
    if (failure) return <StaffFailure failure={failure} retry={reload} />;
    return (
      <p class="on-its-way" role="status">
        {texts.loading}
      </p>
    );
  }
  const { categories, withdrawnCategories } = data.catalog;
  const all = [...categories, ...withdrawnCategories];
  const saved = () => {
    reload();
    refresh();
  };
  const close = () => {
    setAdding(false);
    setTimeout(() => addButton.current?.focus());
  };
  return (
    <>
      <p class="stock-soft">{texts.categoriesHint}</p>
      {mayEdit && !adding && (
        <p class="office-acts">
          <button
            ref={addButton}
            type="button"
            class="button button-quiet"
            data-testid="add-category"
            onClick={() => {
              setDone("");
              setAdding(true);
            }}
          >
            {texts.newCategory}
          </button>
          <span role="status">{done}</span>
        </p>
      )}
      {mayEdit && adding && (
        <NewCategoryForm
          {...given}
          wording={wording}
          taken={all.map(({ id }) => id)}
          onCancel={close}
          onMade={() => {
            setDone(texts.saved);
            saved();
            close();
          }}
        />
      )}
      {all.length === 0 && <p role="status">{texts.noCategories}</p>}
      <ul class="catalog-items">
        {all.map((category) => (
          <CategoryRow
            key={category.id}
            {...given}
            category={category}
            wording={wording}
            mayEdit={mayEdit}
            onSaved={saved}
            reload={reload}
          />
        ))}
      </ul>
    </>
  );
}

interface RowGiven extends CatalogGiven {
  category: Category;
  wording: Wording;
  mayEdit: boolean;
  onSaved: () => void;
  reload: () => void;
}

function CategoryRow(given: RowGiven) {
  const { category, catalog, texts, wording, mayEdit } = given;
  const { code } = wording;
  const [open, setOpen] = useState(false);
  const editor = useId();
  const name = nameOf(category.names, code, catalog.locale) || category.id;
  const lacking = catalog.locales.filter((locale) => !textIn(category.names, locale));
  return (
    <li class="catalog-item" data-testid="category" data-category={category.id}>
      <div class="catalog-row catalog-category-row">
        <div class="catalog-texts">
          <b>{name}</b>
          <p>{category.id}</p>
        </div>
        <p class="catalog-price">
          {category.rank !== null && (
            <>
              <small>{texts.place}</small> <b>{category.rank.toLocaleString(code)}</b>
            </>
          )}
        </p>
        <button
          type="button"
          class="button button-quiet"
          data-testid="edit-category"
          aria-expanded={open}
          aria-controls={editor}
          onClick={() => setOpen(!open)}
        >
          {open ? texts.close : mayEdit ? texts.edit : texts.details}
          <span class="visually-hidden"> {name}</span>
        </button>
      </div>
      <ul class="catalog-marks">
        {category.withdrawn && (
          <li class="catalog-mark catalog-withdrawn">{texts.kinds.WITHDRAWN}</li>
        )}
        {!category.withdrawn && lacking.length > 0 && (
          <li class="catalog-mark catalog-untranslated">
            {texts.missingIn(lacking.map((one) => languageName(one, code)).join(", "))}
          </li>
        )}
      </ul>
      <div id={editor}>{open && <CategoryEditor {...given} name={name} />}</div>
    </li>
  );
}

const NOTHING: TypedCategory = { names: {} };

function CategoryEditor(given: RowGiven & { name: string }) {
  const { category, catalog, staff, texts, wording, mayEdit, name, onSaved, reload } = given;
  const { code } = wording;
  const [typed, setTyped] = useState(NOTHING);
  const [errors, setErrors] = useState<readonly CatalogError[]>([]);
  const [saved, setSaved] = useState(false);
  const edit = categoryEditOf(category, typed);
  const [state, send] = useStaffMutation(EditCatalogCategoryDocument, staff.send, (data) => {
    const found = data.editCatalogCategory.errors;
    setErrors(found);
    setSaved(found.length === 0);
    if (found.length > 0) return reload(); // what was typed stays, over what is there by now
    setTyped(NOTHING);
    onSaved();
  });
  const busy = state === "sending" || state === "again";
  const type = (more: Partial<TypedCategory>) => {
    setSaved(false);
    setTyped({ ...typed, ...more });
  };
  const written = category.names.map(({ locale }) => locale);
  const locales = [...new Set([catalog.locale, ...catalog.locales, ...written])];
  const messages: Readonly<Record<WrongInCategory, string>> = {
    name: texts.nameNeeded,
    id: texts.wrongId,
    taken: texts.idTaken,
    place: texts.wrongPlace(MOST_RANK.toLocaleString(code)),
  };
  const field = { shown: edit.wrong, messages };
  return (
    <DraftEditor
      name={name}
      texts={texts}
      testId="category-editor"
      saveId="save-category"
      mayEdit={mayEdit}
      busy={busy}
      isEdited={edit.isEdit}
      isWrong={edit.wrong.length > 0}
      onSave={() => {
        setErrors([]);
        const { market } = catalog;
        send({ market, categoryId: category.id, ...edit.set, expected: edit.expected });
      }}
      onDiscard={() => setTyped(NOTHING)}
      below={
        <ChangedNote
          state={state}
          errors={errors}
          done={saved && !edit.isEdit ? texts.saved : ""}
          wording={wording}
          refused={({ path }) =>
            texts.refused(path[0] === "rank" ? texts.place : texts.aspects.NAME)
          }
        />
      }
    >
      <div class="catalog-plain">
        {locales.map((locale, at) => (
          <CheckedField
            key={locale}
            {...field}
            label={`${texts.aspects.NAME} (${languageName(locale, code)})`}
            of={at === 0 ? ["name"] : []}
          >
            {(marks) => (
              <input
                {...marks}
                class="staff-field"
                lang={locale}
                autocomplete="off"
                maxLength={MOST_CATEGORY_NAME}
                data-testid={`category-name-${locale}`}
                value={typed.names[locale] ?? textIn(category.names, locale)}
                onInput={(event) =>
                  type({ names: { ...typed.names, [locale]: event.currentTarget.value } })
                }
              />
            )}
          </CheckedField>
        ))}
        <CheckedField {...field} label={texts.place} hint={texts.placeHint} of={["place"]}>
          {(marks) => (
            <input
              {...marks}
              class="staff-field"
              inputMode="numeric"
              autocomplete="off"
              maxLength={7}
              data-testid="category-place"
              value={typed.place ?? String(category.rank ?? "")}
              onInput={(event) => type({ place: event.currentTarget.value })}
            />
          )}
        </CheckedField>
      </div>
      <label class="catalog-check">
        <input
          type="checkbox"
          data-testid="withdraw-category"
          checked={typed.withdrawn ?? category.withdrawn}
          onChange={(event) => type({ withdrawn: event.currentTarget.checked })}
        />
        {texts.withdrawCategory}
      </label>
    </DraftEditor>
  );
}
