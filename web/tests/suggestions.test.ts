// Suggestions while typing: what is sent, what is dropped, what keys do, and where a choice leads.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ENGLISH } from "../src/i18n/language.ts";
import { CLOSED, effectOf } from "../src/stores/combobox-keys.ts";
import { Suggester } from "../src/stores/suggester.ts";
import {
  type Suggestion,
  shownSuggestion,
  suggestedFor,
  suggestionPath,
} from "../src/stores/suggestions.ts";

const city: Suggestion = {
  kind: "CITY",
  name: "Springfield",
  market: { id: "us" },
  city: "Springfield",
  state: "Illinois",
  street: null,
  postalCode: null,
  storeCount: 12,
  storeId: null,
  search: "Springfield, Illinois",
};
const country: Suggestion = {
  ...{ ...city, kind: "COUNTRY", name: "France", market: { id: "fr" }, city: null, state: null },
  search: "France",
};
const store: Suggestion = {
  ...{ ...city, kind: "STORE", name: "Carte Bercy", market: { id: "fr" }, city: "Paris" },
  ...{ street: "3 rue Volta", postalCode: "75003", state: "Île-de-France", storeId: "fr-00001" },
};

describe("what is sent", () => {
  it.each(["New York", " new  york ", "NEW\tYORK", "ｎｅｗ york"])(
    "is the same for %j",
    (typed) => {
      expect(suggestedFor(typed)).toBe("new york");
    },
  );
});

describe("a suggestion", () => {
  it("leads to a country, to a search within one, or to a store", () => {
    expect(suggestionPath(country)).toBe("/?market=fr");
    expect(suggestionPath(city)).toBe("/?q=Springfield%2C+Illinois&market=us");
    expect(suggestionPath(store)).toBe("/store/fr-00001");
  });

  it("says what tells it apart, in the reader's language", () => {
    const shown = (one: Suggestion, language = "en") => shownSuggestion(one, ENGLISH.say, language);
    expect(shown(country, "de")).toMatchObject({ name: "Frankreich", detail: "" });
    expect(shown(city)).toMatchObject({
      name: "Springfield",
      detail: "Illinois, United States",
      aside: "12 stores",
    });
    expect(shown(store)).toMatchObject({
      name: "Carte Bercy",
      detail: "3 rue Volta, 75003 Paris, Île-de-France, France",
    });
  });
});

describe("the suggester", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const searches: { text: string; signal: AbortSignal; answer: (found?: string[]) => void }[] = [];
  let shown: (readonly string[])[] = [];
  const suggester = () => {
    searches.length = 0;
    shown = [];
    return new Suggester<string>(
      (text, signal) =>
        new Promise((resolve) =>
          searches.push({ text, signal, answer: (found) => resolve(found) }),
        ),
      (found) => shown.push(found),
    );
  };

  it("waits for a pause between keys", async () => {
    const one = suggester();
    for (const typed of ["p", "pa", "par"]) {
      one.type(typed);
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(500);
    expect(searches.map(({ text }) => text)).toEqual(["par"]);
  });

  it("drops an answer that is older than what is typed, and aborts its request", async () => {
    const one = suggester();
    one.type("par");
    await vi.advanceTimersByTimeAsync(500);
    one.type("paris");
    await vi.advanceTimersByTimeAsync(500);
    searches[1]?.answer(["Paris"]);
    await vi.advanceTimersByTimeAsync(0);
    searches[0]?.answer(["Parma"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(searches[0]?.signal.aborted).toBe(true);
    expect(shown).toEqual([["Paris"]]);
  });

  it("shows at once what it was answered before, and nothing where nothing is typed", async () => {
    const one = suggester();
    one.type("par");
    await vi.advanceTimersByTimeAsync(500);
    searches[0]?.answer(["Paris"]);
    await vi.advanceTimersByTimeAsync(0);
    one.type("");
    one.type("par");
    expect(shown).toEqual([["Paris"], [], ["Paris"]]);
    expect(searches).toHaveLength(1);
  });

  it("shows nothing after a failure, and asks again", async () => {
    const one = suggester();
    one.type("par");
    await vi.advanceTimersByTimeAsync(500);
    searches[0]?.answer(undefined);
    await vi.advanceTimersByTimeAsync(0);
    one.type("par");
    await vi.advanceTimersByTimeAsync(500);
    expect(shown).toEqual([[]]);
    expect(searches).toHaveLength(2);
  });
});

describe("keys in the field", () => {
  const open = (active: number) => ({ open: true, active });

  it.each([
    ["ArrowDown", CLOSED, { does: "move", to: open(0) }],
    ["ArrowDown", open(-1), { does: "move", to: open(0) }],
    ["ArrowDown", open(2), { does: "move", to: open(-1) }],
    ["ArrowUp", CLOSED, { does: "move", to: open(2) }],
    ["ArrowUp", open(-1), { does: "move", to: open(2) }],
    ["ArrowUp", open(0), { does: "move", to: open(-1) }],
    ["Escape", open(1), { does: "move", to: CLOSED }],
    ["Escape", CLOSED, { does: "leave" }],
    ["Enter", open(1), { does: "choose", index: 1 }],
    ["Enter", open(-1), { does: "leave" }],
    ["Home", open(1), { does: "leave" }],
    ["a", open(1), { does: "leave" }],
  ])("%s in %j", (key, list, effect) => {
    expect(effectOf(key, list, 3)).toEqual(effect);
  });

  it("keep their own meaning where nothing is suggested", () => {
    expect(effectOf("ArrowDown", CLOSED, 0)).toEqual({ does: "leave" });
  });
});
