// The form that looks for one thing by its id, in place of a list of all: a field, a button, and the way back.
import { useEffect, useState } from "preact/hooks";

interface Given {
  /** The id that is looked for; empty: none is, and everything is shown. */
  sought: string;
  onSought: (id: string) => void;
  /** Of the field; its form and the way back are named after it. */
  testId: string;
  maxLength: number;
  texts: { label: string; hint: string; find: string; all: string };
}

export function SearchForm({ sought, onSought, testId, maxLength, texts }: Given) {
  const [typed, setTyped] = useState(sought);
  useEffect(() => setTyped(sought), [sought]);
  const hint = `${testId}-hint`;
  return (
    <search>
      <form
        class="office-form"
        data-testid={`${testId}-form`}
        onSubmit={(event) => {
          event.preventDefault();
          onSought(typed.trim());
        }}
      >
        <label class="staff-label">
          {texts.label}
          <input
            class="staff-field"
            type="search"
            maxLength={maxLength}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            data-testid={testId}
            aria-describedby={hint}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <small id={hint}>{texts.hint}</small>
        </label>
        <div class="office-acts">
          <button type="submit" class="button">
            {texts.find}
          </button>
          {sought && (
            <button
              type="button"
              class="button button-quiet"
              data-testid={`${testId}-all`}
              onClick={() => onSought("")}
            >
              {texts.all}
            </button>
          )}
        </div>
      </form>
    </search>
  );
}
