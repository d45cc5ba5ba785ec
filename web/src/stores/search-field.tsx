// The search field, a combobox: what is typed becomes the address a moment after the last key, and
// suggestions lead straight to a country, a city or a store.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { type HomeRoute, homePath, navigate } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import { CLOSED, effectOf, type ListState } from "./combobox-keys.ts";
import { focusFirstResult } from "./result-keys.ts";
import { optionId, SuggestionList } from "./suggestion-list.tsx";
import { type Suggestion, suggestionPath } from "./suggestions.ts";
import { useSuggestions } from "./use-suggestions.ts";

const DEBOUNCE_MS = 220;

/** The search that the field itself went to last, until it is the address. */
interface Own {
  current: string | undefined;
}

export function SearchField({ route }: { route: HomeRoute }) {
  const { say } = useLanguage();
  const [text, setText] = useState(route.search);
  const [list, setList] = useState<ListState>(CLOSED);
  const field = useRef<HTMLInputElement>(null);
  const own: Own = useRef<string | undefined>(route.search);
  const listId = useId();
  const { found, type } = useSuggestions();
  const shown = list.open && found.length > 0;

  // Going back, or a link, changes the search from outside. The field's own does not: by now more may be typed.
  useEffect(() => {
    if (own.current !== route.search) setText(route.search);
    own.current = undefined;
  }, [route.search]);
  useEffect(() => {
    if (text.trim() === route.search) return;
    const timer = setTimeout(() => search(own, text, route), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text, route]);

  const close = () => {
    setList(CLOSED);
    type("");
  };
  const write = (typed: string) => {
    setText(typed);
    setList({ open: true, active: -1 });
    type(typed);
  };
  const choose = (suggestion: Suggestion) => {
    close();
    const path = suggestionPath(suggestion);
    setText(new URLSearchParams(path.split("?")[1]).get("q") ?? "");
    navigate(path);
  };

  return (
    <search>
      <form
        class="search-field"
        onSubmit={(event) => {
          event.preventDefault();
          close();
          if (text.trim() === route.search) focusFirstResult();
          else search(own, text, route);
        }}
      >
        <Icon name="search" />
        <input
          ref={field}
          data-testid="store-search"
          type="search"
          // biome-ignore lint/a11y/noRedundantRoles: without a datalist the role is searchbox.
          role="combobox"
          list={undefined}
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={listId}
          aria-activedescendant={
            shown && list.active >= 0 ? optionId(listId, list.active) : undefined
          }
          enterkeyhint="search"
          autocomplete="off"
          spellcheck={false}
          maxLength={80}
          aria-label={say.searchLabel}
          placeholder={say.searchPlaceholder}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onBlur={close}
          onKeyDown={(event) => {
            // In Safari the key that ends a composition comes after it, with this code.
            if (event.isComposing || event.keyCode === 229) return;
            const effect = effectOf(event.key, { ...list, open: shown }, found.length);
            if (effect.does === "move") setList(effect.to);
            else if (effect.does === "choose") choose(found[effect.index] as Suggestion);
            else if (event.key !== "ArrowDown" || !focusFirstResult()) return;
            event.preventDefault();
          }}
        />
        {text && (
          <button
            type="button"
            class="search-clear"
            aria-label={say.clearSearch}
            onClick={() => {
              setText("");
              close();
              field.current?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
        {shown && (
          <SuggestionList id={listId} suggestions={found} active={list.active} choose={choose} />
        )}
        <p class="visually-hidden" role="status">
          {shown && say.suggestionCount(found.length)}
        </p>
      </form>
    </search>
  );
}

/** A search within a country stays there; one near a place leaves the place. */
function search(own: Own, text: string, { market, search: before }: HomeRoute): void {
  const trimmed = text.trim();
  own.current = trimmed;
  // Only the step from no search to one is worth a "back".
  navigate(homePath({ search: trimmed, market }), Boolean(before) && Boolean(trimmed));
}
