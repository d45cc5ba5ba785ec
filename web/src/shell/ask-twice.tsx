// A button whose effect wants a second press: it asks first, with the focus on the answer that changes nothing. What the
// effect takes away with the focus in it, such as the button itself, leaves the focus where it was.
import { useState } from "preact/hooks";
import { focusPlaceOf } from "./focus-place.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

interface Given {
  /** What the button does. */
  label: string;
  /** Follows the label for screen readers, where several such buttons are on a page. */
  about?: string;
  question: string;
  yes: string;
  no: string;
  onYes: () => void;
  /** Looks like a text instead of a button. */
  quiet?: boolean;
  disabled?: boolean;
  testId: string;
}

export function AskTwice(given: Given) {
  const { label, about, question, yes, no, onYes, quiet = false, disabled = false, testId } = given;
  const [asking, setAsking] = useState(false);
  const acts = useKeptFocus<HTMLDivElement>(asking, focusPlaceOf);
  return (
    <div class="office-acts" ref={acts}>
      {asking ? (
        <>
          <span role="alert">{question}</span>
          <button
            type="button"
            class="button"
            data-testid={`${testId}-yes`}
            onClick={() => {
              setAsking(false);
              onYes();
            }}
          >
            {yes}
          </button>
          {/* Enter that is held down changes nothing. */}
          <button
            type="button"
            class="button button-quiet"
            data-focus
            onClick={() => setAsking(false)}
          >
            {no}
          </button>
        </>
      ) : (
        <button
          type="button"
          class={quiet ? "text-button" : "button"}
          data-focus
          data-testid={testId}
          aria-disabled={disabled}
          onClick={() => !disabled && setAsking(true)}
        >
          {label}
          {about && <span class="visually-hidden"> {about}</span>}
        </button>
      )}
    </div>
  );
}
