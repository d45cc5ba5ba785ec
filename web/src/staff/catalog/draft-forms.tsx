// The forms of drafts of a catalog, of items and of categories: of a new one, and of one that is edited.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { MOST_ID } from "../../generated/limits.ts";
import { focusWrong } from "../../shell/focus-wrong.ts";
import { CheckedField } from "./checked-field.tsx";
import { aspectName, type Wording } from "./entry-names.ts";
import type { CatalogTexts } from "./texts/catalog-texts.ts";

interface NewGiven {
  title: string;
  texts: CatalogTexts;
  testId: string;
  /** The test id of its button. */
  makeId: string;
  busy: boolean;
  /** Sends what was typed; false: something is wrong, and the focus goes there. */
  onMake: () => boolean;
  onCancel: () => void;
  /** What stands between the fields and the buttons. */
  hint?: string;
  /** What became of it. */
  note: ComponentChildren;
  /** Its fields. */
  children: ComponentChildren;
}

/** The form of a draft that is not there yet. */
export function NewDraftForm(given: NewGiven) {
  const { title, texts, testId, makeId, busy, onMake, onCancel, hint, note, children } = given;
  return (
    <form
      class="catalog-item catalog-new"
      data-testid={testId}
      aria-label={title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && !onMake()) focusWrong(event.currentTarget);
      }}
    >
      <h2>{title}</h2>
      <div class="catalog-plain">{children}</div>
      {hint && <p class="stock-soft">{hint}</p>}
      <div class="office-acts">
        <button type="submit" class="button" data-testid={makeId} aria-disabled={busy}>
          {texts.makeItem}
        </button>
        <button type="button" class="text-button" onClick={onCancel}>
          {texts.discard}
        </button>
      </div>
      {note}
    </form>
  );
}

interface FieldGiven<W extends string> {
  /** What is wrong, and the message of each error. */
  field: { shown: readonly W[]; messages: Readonly<Record<W, string>> };
  testId: string;
  value: string;
  onType: (text: string) => void;
}

interface NameGiven<W extends string> extends FieldGiven<W | "name"> {
  wording: Wording;
  /** The market's language, in which the name is typed. */
  locale: string;
  /** The longest name, in characters. */
  most: number;
}

/** The field of the name of a new draft, where typing begins. */
export function NameField<W extends string>(given: NameGiven<W>) {
  const { wording, locale, field, most, testId, value, onType } = given;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <CheckedField {...field} label={aspectName("NAME", locale, wording)} of={["name"]}>
      {(marks) => (
        <input
          {...marks}
          ref={input}
          class="staff-field"
          autocomplete="off"
          lang={locale}
          maxLength={most}
          data-testid={testId}
          value={value}
          onInput={(event) => onType(event.currentTarget.value)}
        />
      )}
    </CheckedField>
  );
}

interface IdGiven<W extends string> extends FieldGiven<W | "id" | "taken"> {
  texts: CatalogTexts;
}

/** The field of the id of a new draft. */
export function IdField<W extends string>({ texts, field, testId, value, onType }: IdGiven<W>) {
  return (
    <CheckedField {...field} label={texts.itemId} hint={texts.idHint} of={["id", "taken"]}>
      {(marks) => (
        <input
          {...marks}
          class="staff-field"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxLength={MOST_ID}
          data-testid={testId}
          value={value}
          onInput={(event) => onType(event.currentTarget.value)}
        />
      )}
    </CheckedField>
  );
}

interface EditorGiven {
  /** The name of what is edited. */
  name: string;
  texts: CatalogTexts;
  testId: string;
  /** The test id of its button. */
  saveId: string;
  mayEdit: boolean;
  busy: boolean;
  isEdited: boolean;
  isWrong: boolean;
  onSave: () => void;
  onDiscard: () => void;
  /** What became of it, and whatever else stands below the buttons. */
  below: ComponentChildren;
  /** Its fields. */
  children: ComponentChildren;
}

/** The form of a draft that is there. */
export function DraftEditor(given: EditorGiven) {
  const { name, texts, testId, saveId, mayEdit, busy, isEdited, isWrong } = given;
  const { onSave, onDiscard, below, children } = given;
  return (
    <form
      class="catalog-editor"
      data-testid={testId}
      aria-label={name}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || !isEdited) return;
        if (isWrong) return focusWrong(event.currentTarget);
        onSave();
      }}
    >
      <fieldset class="catalog-fields" disabled={!mayEdit}>
        <legend class="visually-hidden">{name}</legend>
        {children}
      </fieldset>
      {mayEdit && (
        <div class="office-acts">
          <button
            type="submit"
            class="button"
            data-testid={saveId}
            aria-disabled={busy || !isEdited || isWrong}
          >
            {texts.save}
          </button>
          {isEdited && (
            <button type="button" class="text-button" onClick={onDiscard}>
              {texts.discard}
            </button>
          )}
        </div>
      )}
      {below}
    </form>
  );
}
