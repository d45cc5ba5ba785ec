// Suggestions while a search is typed: what is sent, what is shown, and where a chosen one leads.
import { formatCountry, formatListedAddress } from "../formatting/address.ts";
import type { SearchSuggestionsQuery } from "../generated/operations.ts";
import type { Messages } from "../i18n/messages.ts";
import { homePath, storePath } from "../routing.ts";
import type { IconName } from "../shell/icon.tsx";

export type Suggestion = SearchSuggestionsQuery["searchSuggestions"][0];

/**
 * The text that is sent for what was typed: case and blanks do not matter to the answer, so those who
 * type the same share a cached one.
 */
export const suggestedFor = (typed: string): string =>
  typed.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/** The address of what is suggested. */
export function suggestionPath({ kind, market, search, storeId }: Suggestion): string {
  if (storeId) return storePath(storeId);
  return homePath({ market: market.id, search: kind === "COUNTRY" ? "" : search });
}

export interface ShownSuggestion {
  icon: IconName;
  name: string;
  /** What tells it apart from others of its name. */
  detail: string;
  aside: string;
}

export function shownSuggestion(
  { kind, name, market, state, city, street, postalCode, storeCount }: Suggestion,
  say: Messages,
  language: string,
): ShownSuggestion {
  const country = formatCountry(market.id, market.id.toUpperCase(), language);
  const aside = say.storeCount(storeCount);
  switch (kind) {
    case "COUNTRY":
      return { icon: "globe", name: country, detail: "", aside };
    case "STATE":
      return { icon: "map", name, detail: country, aside };
    case "CITY":
      return { icon: "map", name, detail: [state, country].filter(Boolean).join(", "), aside };
    case "STORE": {
      const address = formatListedAddress(
        { street, city: city ?? "", state, postalCode },
        market.id,
      );
      return { icon: "pin", name, detail: `${address}, ${country}`, aside: "" };
    }
  }
}
