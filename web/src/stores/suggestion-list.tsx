// The list of suggestions below the search field: the popup of a combobox, whose focus is in the field.
import { useEffect, useRef } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { Icon } from "../shell/icon.tsx";
import { type Suggestion, shownSuggestion } from "./suggestions.ts";

interface Shown {
  id: string;
  suggestions: readonly Suggestion[];
  active: number;
  choose: (suggestion: Suggestion) => void;
}

export const optionId = (list: string, index: number): string => `${list}-${index}`;

export function SuggestionList({ id, suggestions, active, choose }: Shown) {
  const { say, code } = useLanguage();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div ref={list} id={id} class="suggestions" role="listbox" aria-label={say.suggestions}>
      {suggestions.map((suggestion, index) => {
        const { icon, name, detail, aside } = shownSuggestion(suggestion, say, code);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the field, which has the focus.
          // biome-ignore lint/a11y/useFocusableInteractive: the field names the active option.
          <div
            key={optionId(id, index)}
            id={optionId(id, index)}
            class="suggestion"
            data-testid="suggestion"
            role="option"
            aria-selected={index === active}
            // The field would lose the focus, and the list would close before the click.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(suggestion)}
          >
            <Icon name={icon} />
            <span class="suggestion-text">
              <b>{name}</b>
              {detail && <span>{detail}</span>}
            </span>
            {aside && <span class="suggestion-aside">{aside}</span>}
          </div>
        );
      })}
    </div>
  );
}
