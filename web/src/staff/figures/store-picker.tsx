// Chooses stores by name, city, street or number: a combobox over the site's search of stores.
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { FindStoresDocument, type SearchSuggestionsQuery } from "../../generated/operations.ts";
import { request } from "../../graphql/client.ts";
import { useLanguage } from "../../i18n/language.ts";
import { CLOSED, effectOf, type ListState } from "../../stores/combobox-keys.ts";
import { listed } from "../../stores/store-list.tsx";
import { Suggester } from "../../stores/suggester.ts";
import { optionId, SuggestionList } from "../../stores/suggestion-list.tsx";
import { suggestedFor } from "../../stores/suggestions.ts";
import { useStoreNames } from "../store-names.ts";
import { isStoreId, MOST_STORES } from "./report-address.ts";
import type { FigureTexts } from "./texts/figure-texts.ts";

type Suggestion = SearchSuggestionsQuery["searchSuggestions"][number];

/** Stores of a list: more of them are found by typing more. */
const SHOWN = 10;

interface Found {
  /** What was typed for it, as it was sent. */
  text: string;
  options: readonly Suggestion[];
  /** How many stores fit. */
  total: number;
}

const NOTHING: Found = { text: "", options: [], total: 0 };

interface Given {
  ids: readonly string[];
  onIds: (ids: readonly string[]) => void;
  texts: FigureTexts;
}

export function StorePicker({ ids, onIds, texts }: Given) {
  const { code, say } = useLanguage();
  const [typed, setTyped] = useState("");
  const [list, setList] = useState<ListState>(CLOSED);
  const [found, setFound] = useState(NOTHING);
  const [wrong, setWrong] = useState("");
  const suggester = useMemo(
    () => new Suggester<Found>(search, ([answer]) => setFound(answer ?? NOTHING)),
    [],
  );
  useEffect(() => () => suggester.stop(), [suggester]);
  const nameOf = useStoreNames(ids);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const isFull = ids.length >= MOST_STORES;
  const { options, total } = found;
  const shown = list.open && options.length > 0;
  const write = (text: string) => {
    setTyped(text);
    setWrong("");
    setList({ open: true, active: -1 });
    suggester.type(suggestedFor(text));
  };
  const add = (storeId: string) => {
    write("");
    setList(CLOSED);
    if (!isFull || ids.includes(storeId)) {
      onIds([...ids.filter((one) => one !== storeId), storeId]);
    }
  };
  const submit = () => {
    if (isFull) return;
    const text = suggestedFor(typed);
    const isAnswered = found.text === text;
    const [only] = isAnswered && options.length === 1 ? options : [];
    const storeId = options.find((one) => one.storeId === text)?.storeId ?? only?.storeId;
    if (storeId) add(storeId);
    else if (isAnswered && total > 0) {
      setWrong(texts.chooseStore);
      setList({ open: true, active: 0 });
    } else if (isStoreId(text) && (isAnswered ? /\d/ : /-\d/).test(text)) {
      // It may be that of a store that the search leaves out, such as a hidden one. Before an answer a postal code
      // is not taken for one.
      add(text);
    } else if (isAnswered) setWrong(texts.noStoreFits);
    field.current?.focus();
  };
  return (
    <>
      <form
        class="office-form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div class="staff-label report-picker">
          <label for={`${id}-field`}>{texts.findStore}</label>
          {/* Above the field: below it is the list. */}
          <small id={`${id}-most`}>
            {shown && total > options.length
              ? texts.firstStores(options.length.toLocaleString(code), total.toLocaleString(code))
              : texts.mostStores(MOST_STORES.toLocaleString(code))}
          </small>
          <div class="report-combobox">
            <input
              ref={field}
              id={`${id}-field`}
              class="staff-field"
              required
              maxLength={80}
              role="combobox"
              aria-autocomplete="list"
              aria-expanded={shown}
              aria-controls={`${id}-list`}
              aria-activedescendant={
                shown && list.active >= 0 ? optionId(`${id}-list`, list.active) : undefined
              }
              aria-describedby={`${id}-most ${id}-wrong`}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              data-testid="report-store"
              value={typed}
              onInput={(event) => write(event.currentTarget.value)}
              onBlur={() => setList(CLOSED)}
              onKeyDown={(event) => {
                if (event.isComposing || event.keyCode === 229) return;
                const effect = effectOf(event.key, { ...list, open: shown }, options.length);
                if (effect.does === "leave") return;
                if (effect.does === "move") setList(effect.to);
                else add(options[effect.index]?.storeId ?? "");
                event.preventDefault();
              }}
            />
            {shown && (
              <SuggestionList
                id={`${id}-list`}
                suggestions={options}
                active={list.active}
                choose={(option) => add(option.storeId ?? "")}
              />
            )}
          </div>
          <p role="status" class="visually-hidden">
            {shown && say.suggestionCount(options.length)}
          </p>
          <p role="alert" class="stock-wrong" id={`${id}-wrong`} data-testid="report-store-wrong">
            {wrong}
          </p>
        </div>
        <button type="submit" class="button" data-testid="report-add" aria-disabled={isFull}>
          {texts.add}
        </button>
      </form>
      <ul class="report-stores">
        {ids.map((storeId) => (
          <li key={storeId} data-store={storeId}>
            {nameOf(storeId)}
            <button
              type="button"
              aria-label={texts.remove(nameOf(storeId))}
              onClick={() => onIds(ids.filter((one) => one !== storeId))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

async function search(text: string, signal: AbortSignal): Promise<readonly Found[] | undefined> {
  const variables = { search: text, first: SHOWN };
  const outcome = await request(FindStoresDocument, variables, { signal, cache: "default" });
  if (!outcome.ok) return undefined;
  const { edges, totalCount } = outcome.data.stores;
  const options = edges.map(listed).map(
    ({ id, name, market, address }): Suggestion => ({
      kind: "STORE",
      storeId: id,
      search: "",
      storeCount: 1,
      name,
      market,
      ...{ city: address.city, state: address.state, street: address.street },
      postalCode: address.postalCode,
    }),
  );
  return [{ text, options, total: totalCount }];
}
