// The suggestions for what is typed, from where the reader is and in the reader's language.
import { useEffect, useMemo, useState } from "preact/hooks";
import { SearchSuggestionsDocument } from "../generated/operations.ts";
import { request } from "../graphql/client.ts";
import { useLanguage } from "../i18n/language.ts";
import { nearPlace, placeHeader } from "../places.ts";
import { chosenPlace } from "../preferences.ts";
import { useCell } from "../use-cell.ts";
import { Suggester } from "./suggester.ts";
import { type Suggestion, suggestedFor } from "./suggestions.ts";

export interface Suggestions {
  found: readonly Suggestion[];
  /** Suggest for what is typed now; an empty text ends it. */
  type: (typed: string) => void;
}

export function useSuggestions(): Suggestions {
  const [found, setFound] = useState<readonly Suggestion[]>([]);
  const place = useCell(chosenPlace);
  const { code } = useLanguage();
  const suggester = useMemo(
    () => new Suggester<Suggestion>(from(place, code), setFound),
    [place, code],
  );
  useEffect(() => () => suggester.stop(), [suggester]);
  return { found, type: (typed) => suggester.type(suggestedFor(typed)) };
}

const from = (place: string, locale: string) => async (text: string, signal: AbortSignal) => {
  const variables = { text, ...nearPlace(place), locale };
  const outcome = await request(SearchSuggestionsDocument, variables, {
    signal,
    place: placeHeader(place),
    // Suggestions may be as old as they say they may.
    cache: "default",
  });
  return outcome.ok ? outcome.data.searchSuggestions : undefined;
};
