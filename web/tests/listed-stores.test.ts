// Stores that were found: those of cities of one name have their state.
import { describe, expect, it } from "vitest";
import { formatListedAddress } from "../src/formatting/address.ts";
import { listed } from "../src/stores/store-list.tsx";

const store = (state: string | null) => ({
  id: "de-1",
  name: "Carte Frankfurt",
  market: { id: "de" },
  address: {
    street: "Hauptstraße 1",
    city: "Frankfurt",
    state,
    postalCode: "15230",
    country: "DE",
  },
});

const shown = (region: string | null, state: string | null = null) =>
  formatListedAddress(listed({ node: store(state), region }).address, "de");

describe("a store that was found", () => {
  it("has the region of its city where others are called like it", () => {
    expect(shown("Brandenburg")).toBe("Hauptstraße 1, 15230 Frankfurt, Brandenburg");
  });
  it("has the state of its address otherwise, or none", () => {
    expect(shown(null, "Hessen")).toBe("Hauptstraße 1, 15230 Frankfurt, Hessen");
    expect(shown(null)).toBe("Hauptstraße 1, 15230 Frankfurt");
  });
});
