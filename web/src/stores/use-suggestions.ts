// The suggestions for what is typed, from where the reader is.
import { useEffect, useMemo, useState } from "preact/hooks";
import { SearchSuggestionsDocument } from "../generated/operations.ts";
import { request } from "../graphql/client.ts";
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
  const suggester = useMemo(() => new Suggester<Suggestion>(from(place), setFound), [place]);
  useEffect(() => () => suggester.stop(), [suggester]);
  return { found, type: (typed) => suggester.type(suggestedFor(typed)) };
}

const from = (place: string) => async (text: string, signal: AbortSignal) => {
  const variables = { text, ...nearPlace(place) };
  const outcome = await request(SearchSuggestionsDocument, variables, {
    signal,
    place: placeHeader(place),
    // Suggestions may be as old as they say they may.
    cache: "default",
  });
  return outcome.ok ? outcome.data.searchSuggestions : undefined;
};
