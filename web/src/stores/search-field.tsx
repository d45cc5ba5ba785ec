// The search field: what is typed becomes the address a moment after the last key.
import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { type HomeRoute, homePath, navigate } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { focusFirstResult } from "./result-keys.ts";

const DEBOUNCE_MS = 220;

export function SearchField({ route }: { route: HomeRoute }) {
  const { say } = useLanguage();
  const [text, setText] = useState(route.search);
  const field = useRef<HTMLInputElement>(null);

  // Going back, or a link, changes the search from outside.
  useEffect(
    () => setText((typed) => (typed.trim() === route.search ? typed : route.search)),
    [route.search],
  );
  useEffect(() => {
    if (text.trim() === route.search) return;
    const timer = setTimeout(() => search(text, route), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, route]);

  return (
    <search>
      <form
        class="search-field"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === route.search) focusFirstResult();
          else search(text, route);
        }}
      >
        <Icon name="search" />
        <input
          ref={field}
          data-testid="store-search"
          type="search"
          enterkeyhint="search"
          autocomplete="off"
          spellcheck={false}
          maxLength={80}
          aria-label={say.searchLabel}
          placeholder={say.searchPlaceholder}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown" && focusFirstResult()) event.preventDefault();
          }}
        />
        {text && (
          <button
            type="button"
            class="search-clear"
            aria-label={say.clearSearch}
            onClick={() => {
              setText("");
              field.current?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
      </form>
    </search>
  );
}

/** A search within a country stays there; one near a place leaves the place. */
function search(text: string, { market, search: before }: HomeRoute): void {
  const trimmed = text.trim();
  // Only the step from no search to one is worth a "back".
  navigate(homePath({ search: trimmed, market }), Boolean(before) && Boolean(trimmed));
}
