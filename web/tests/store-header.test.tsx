// @vitest-environment happy-dom
// The head of a store's page says at once that a store is closed for good.
import { expect, it, vi } from "vitest";
import type { Store } from "../src/menu/menu-data.ts";
import { StoreHeader } from "../src/menu/store-header.tsx";
import { answerOperations, pageOfEachTest } from "./support/page.ts";

const page = pageOfEachTest();

const STORE = {
  id: "de-1",
  name: "Carte Mitte",
  market: { id: "de" },
  address: { street: null, city: "Berlin", state: null, postalCode: null, country: "Germany" },
  latitude: 52.5,
  longitude: 13.4,
  timeZone: "Europe/Berlin",
  openNow: false,
  opensAt: null,
  closesAt: null,
  hours: [{ weekday: "MONDAY", opens: "07:00", closes: "20:00" }],
} as unknown as Store;
const CLOSURES = { StoreClosures: () => ({ store: { closedDays: [], closedFrom: "2026-05-04" } }) };

it("says since when a store is closed for good, and says it once", async () => {
  const operations = answerOperations(CLOSURES);
  page.show(<StoreHeader store={STORE} onStale={vi.fn()} />);
  await vi.waitFor(() => expect(page.root.textContent).toContain("Closed for good from Monday"));
  page.one("details").dispatchEvent(new Event("toggle"));
  expect(page.all(".closures")).toHaveLength(1);
  expect(operations.map(({ name }) => name)).toEqual(["StoreClosures"]);
});

it("asks for closed days of a store that opens again only when its hours are opened", () => {
  const operations = answerOperations(CLOSURES);
  const opens = { ...STORE, opensAt: "2999-05-05T07:00:00+02:00" } as Store;
  page.show(<StoreHeader store={opens} onStale={vi.fn()} />);
  expect(page.all(".closures")).toEqual([]);
  expect(operations).toEqual([]);
});
