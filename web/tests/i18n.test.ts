// Every language says everything, and addresses and distances follow its customs.
import { expect, it } from "vitest";
import {
  formatAddress,
  formatCountry,
  formatDistance,
  formatListedAddress,
  localeIn,
  usesMiles,
} from "../src/formatting/address.ts";
import { ENGLISH, LANGUAGES, loadLanguage, pickLanguage } from "../src/i18n/language.ts";

it("picks the chosen language, then the browser's, then English", () => {
  expect(pickLanguage("ja", ["fr"])).toBe("ja");
  expect(pickLanguage("", ["pt-BR", "de-AT", "fr"])).toBe("de");
  expect(pickLanguage("xx", ["pt"])).toBe("en");
});

it("has no empty text in any language", async () => {
  const numbers: readonly string[] = [
    ...["storeCount", "suggestionCount", "filterOn", "httpFailure", "pieces"],
  ];
  for (const code of LANGUAGES) {
    const { say } = await loadLanguage(code);
    for (const [name, text] of Object.entries(say)) {
      const given = numbers.includes(name) ? 3 : "X";
      const result = typeof text === "function" ? (text as (x: unknown) => string)(given) : text;
      for (const one of typeof result === "string" ? [result] : Object.values(result)) {
        expect(one, `${code}.${name}`).toMatch(/\S/);
        if (typeof text === "function") expect(one, `${code}.${name}`).toContain(String(given));
      }
    }
  }
});

it("counts in the language's plurals", async () => {
  expect(ENGLISH.say.storeCount(1)).toBe("1 store");
  expect(ENGLISH.say.storeCount(31000)).toBe("31,000 stores");
  expect((await loadLanguage("fr")).say.storeCount(0)).toBe("0 magasin");
});

it("writes addresses as their country does", () => {
  const paris = { street: "3 rue Volta", city: "Paris", postalCode: "75003" };
  expect(formatAddress(paris, "fr")).toBe("3 rue Volta, 75003 Paris");
  const herndon = { street: "1 Elm St", city: "Herndon", state: "VA", postalCode: "20170" };
  expect(formatAddress(herndon, "us")).toBe("1 Elm St, Herndon, VA 20170");
  expect(formatAddress({ city: "Singapore", state: "Singapore" }, "sg")).toBe("Singapore");
});

it("tells cities of one name apart in a list, also where addresses have no state", () => {
  const halle = {
    street: "Markt 1",
    city: "Halle",
    state: "Nordrhein-Westfalen",
    postalCode: "33790",
  };
  expect(formatListedAddress(halle, "de")).toBe("Markt 1, 33790 Halle, Nordrhein-Westfalen");
  const herndon = { street: "1 Elm St", city: "Herndon", state: "VA", postalCode: "20170" };
  expect(formatListedAddress(herndon, "us")).toBe("1 Elm St, Herndon, VA 20170");
  const berlin = { city: "Berlin", state: "Berlin", postalCode: "10115" };
  expect(formatListedAddress(berlin, "de")).toBe("10115 Berlin");
});

it("names countries and falls back on what the service calls them", () => {
  expect(formatCountry("jp", "Japan", "fr")).toBe("Japon");
  expect(formatCountry("north", "The North", "fr")).toBe("The North");
});

it("writes distances", () => {
  expect(formatDistance(0.234, "en")).toBe("230 m");
  expect(formatDistance(2.34, "en")).toBe("2.3 km");
  expect(formatDistance(23.4, "en")).toBe("23 km");
});

it("writes distances in miles for those whose roads have them", () => {
  expect(usesMiles(["en-US", "en"])).toBe(true);
  expect(usesMiles(["cy", "en-GB"])).toBe(true);
  expect(usesMiles(["de", "en-AU"])).toBe(false);
  expect(usesMiles(["fr"])).toBe(false);
  expect(usesMiles([])).toBe(false);
  expect(formatDistance(2.34, "en", true)).toBe("1.5 mi");
  expect(formatDistance(0.01, "en", true)).toBe("0.1 mi");
  expect(formatDistance(80.4, "de", true)).toBe("50 mi");
});

it("puts a language into a country", () => {
  expect(localeIn("en", "ie")).toBe("en-IE");
  expect(localeIn("pt-BR", "fr")).toBe("pt-BR");
  expect(localeIn("en", "north")).toBe("en");
});
