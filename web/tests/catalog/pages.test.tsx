// @vitest-environment happy-dom
// The pages of catalogs: editing an item, what somebody else did meanwhile, publishing, going back, taking a role.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Staff } from "../../src/staff/account/staff.ts";
import { en as account } from "../../src/staff/account/texts/en.ts";
import { ItemsView } from "../../src/staff/catalog/items-view.tsx";
import { PublishView } from "../../src/staff/catalog/publish-view.tsx";
import { en } from "../../src/staff/catalog/texts/en.ts";
import { VersionsView } from "../../src/staff/catalog/versions-view.tsx";
import { PersonCard } from "../../src/staff/office/person-card.tsx";
import { en as office } from "../../src/staff/office/texts/en.ts";
import { answerOperations, openPage } from "../support/page.ts";
import { DIFFERENCE, EDITOR, LISTED, RING, type Service, STATE, serviceOf } from "./given.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
});

const staffOf = (service: Service, roles: unknown[] = [EDITOR]) =>
  ({ id: "ada", roles, send: service.send, settings: {} }) as unknown as Staff;
const given = (service: Service, roles?: unknown[]) => ({
  staff: staffOf(service, roles),
  texts: en,
  catalog: STATE,
  country: "Germany",
  refresh: vi.fn(),
});

const PAGE = {
  catalogItems: {
    totalCount: 2,
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: LISTED.map((node) => ({ node })),
  },
};
const DONE = { editCatalogItem: { item: { itemId: "ring" }, errors: [] } };
const MEANWHILE = {
  __typename: "ChangedMeanwhileError",
  message: "eve set price",
  path: ["expected"],
  entry: "price",
  value: "250",
  stamp: "9@a",
  author: "eve",
  at: "2026-05-04T10:00:00Z",
};

it("marks what is untranslated and what has no statement of allergens", async () => {
  const service = serviceOf({ CatalogItems: PAGE });
  page.show(<ItemsView {...given(service)} />);
  await page.shown("[data-testid=catalog-item]");
  const [ring, fresh] = page.all("[data-testid=catalog-item]");
  expect(ring?.textContent).toContain("Missing in: French, German");
  expect(ring?.textContent).toContain("Published: €1.50");
  expect(fresh?.textContent).toContain("No statement of allergens");
  await page.press("[data-testid=filter-notReady]");
  expect(page.all("[data-testid=catalog-item]").map(({ dataset }) => dataset.item)).toEqual([
    "new",
  ]);
});

it("saves what was typed, and keeps it where somebody else was first", async () => {
  let refuse = true;
  const service = serviceOf({
    CatalogItems: PAGE,
    CatalogItem: () => ({
      catalogItem: refuse
        ? RING
        : {
            ...RING,
            entries: [{ entry: "price", stamp: "9@a" }],
            draft: { ...RING.draft, price: { amountMinor: 250 } },
          },
    }),
    EditCatalogItem: () => {
      if (!refuse) return DONE;
      refuse = false;
      return { editCatalogItem: { item: null, errors: [MEANWHILE] } };
    },
  });
  page.show(<ItemsView {...given(service)} />);
  await page.shown("[data-testid=edit-item]");
  await page.press("[data-testid=edit-item]");
  await page.shown("[data-testid=item-price]");
  await page.write("[data-testid=item-price]", "2.10");
  await page.press("[data-testid=save-item]");
  const said = await vi.waitFor(() => {
    const note = page.one("[data-testid=catalog-saving]");
    expect(note.getAttribute("role")).toBe("alert");
    return note;
  });
  expect(said.textContent).toContain("eve changed “Price”");
  expect(said.textContent).toContain("€2.50");
  expect((page.one("[data-testid=item-price]") as HTMLInputElement).value).toBe("2.10");
  const edits = () => service.asked.filter(({ name }) => name === "EditCatalogItem");
  expect(edits()[0]?.input).toMatchObject({
    priceMinor: 210,
    expected: [{ entry: "price", stamp: "4@a" }],
  });
  // The item was read again: saving once more replaces what is there by now, knowingly.
  await vi.waitFor(() =>
    expect(service.asked.filter(({ name }) => name === "CatalogItem")).toHaveLength(2),
  );
  await page.press("[data-testid=save-item]");
  await vi.waitFor(() => expect(edits()).toHaveLength(2));
  expect(edits()[1]?.input.expected).toEqual([{ entry: "price", stamp: "9@a" }]);
});

it("shows an operator the draft, and lets nobody edit without the role", async () => {
  const service = serviceOf({ CatalogItems: PAGE, CatalogItem: { catalogItem: RING } });
  const operator = { name: "chain:operator", role: "OPERATOR", storeId: null, market: null };
  page.show(<ItemsView {...given(service, [operator])} />);
  await page.shown("[data-testid=edit-item]");
  await page.press("[data-testid=edit-item]");
  await page.shown("[data-testid=item-price]");
  expect(page.one("[data-testid=item-editor]").querySelector("fieldset")?.disabled).toBe(true);
  expect(page.all("[data-testid=save-item]")).toEqual([]);
});

it("publishes after a question, for exactly what was shown", async () => {
  const service = serviceOf({
    CatalogDifference: { catalogDifference: DIFFERENCE },
    PublishCatalog: { publishCatalog: { version: "v2", errors: [] } },
  });
  page.show(<PublishView {...given(service)} />);
  await page.shown("[data-testid=difference]");
  const [latte, ring] = page.all("[data-testid=item-difference]");
  expect(latte?.textContent).toContain("Withdrawn");
  expect(ring?.textContent).toMatch(/€1\.50.*€1\.99/);
  expect(ring?.textContent).toContain("Gluten, Milk");
  expect(ring?.textContent).toContain("Name (German)");
  await page.press("[data-testid=publish]");
  expect(service.asked.some(({ name }) => name === "PublishCatalog")).toBe(false);
  expect(document.activeElement?.textContent).toBe(en.notYet);
  await page.press("[data-testid=publish-yes]");
  await vi.waitFor(() =>
    expect(page.one("[data-testid=catalog-saving]").textContent).toBe(en.publishedNow),
  );
  const sent = service.asked.find(({ name }) => name === "PublishCatalog");
  expect(sent?.input).toMatchObject({
    market: "de",
    expectedVersion: "v1",
    expectedDrafts: "d1",
  });
});

it("publishes nothing while an item is not ready, and says where it is", async () => {
  const difference = { ...DIFFERENCE, problems: ["new has no statement of allergens"] };
  const service = serviceOf({ CatalogDifference: { catalogDifference: difference } });
  page.show(<PublishView {...given(service)} />);
  await page.shown("[data-testid=problems]");
  expect(page.all("[data-testid=publish]")).toEqual([]);
  expect(page.one("a").getAttribute("href")).toBe("/office/catalog/de?show=notReady");
});

it("goes back to a version after showing what that changes", async () => {
  const node = (version: string, author: string | null) => ({
    version,
    author,
    at: "2026-05-04T10:00:00Z",
    region: "eu-west-1",
    itemCount: 1,
    rollback: false,
  });
  const edges = [
    { cursor: "2", node: node("v1", "ada") },
    { cursor: "1", node: node("v0", null) },
  ];
  const service = serviceOf({
    CatalogPublications: { catalogPublications: { pageInfo: { hasNextPage: false }, edges } },
    CatalogDifference: { catalogDifference: DIFFERENCE },
    RollbackCatalog: { rollbackCatalog: { version: "v0", errors: [] } },
  });
  page.show(<VersionsView {...given(service)} />);
  await page.shown("[data-testid=version]");
  expect(page.all("[data-testid=version]")[0]?.textContent).toContain("In force");
  expect(page.all("[data-testid=version]")[1]?.textContent).toContain("an unknown author");
  expect(page.all("[data-testid=compare]")).toHaveLength(1);
  await page.press("[data-testid=compare]");
  await page.shown("[data-testid=go-back]");
  await page.press("[data-testid=go-back]");
  await page.press("[data-testid=go-back-yes]");
  await vi.waitFor(() =>
    expect(page.one("[data-testid=catalog-saving]").textContent).toBe(en.wentBack),
  );
  const sent = service.asked.find(({ name }) => name === "RollbackCatalog");
  expect(sent?.input).toMatchObject({ version: "v0", expectedVersion: "v1" });
});

it("says that it is not known whether a role was taken where no region got to it in time", async () => {
  const late = { __typename: "RequestTimeTooSkewedError", serverTime: new Date().toISOString() };
  const service = serviceOf({ RevokeRole: { revokeRole: { person: null, errors: [late] } } });
  page.show(
    <PersonCard
      person={{ id: "eve", revokedAt: null, roles: [] }}
      mayGrant={true}
      onChanged={vi.fn()}
      staff={staffOf(service)}
      texts={office}
      account={account}
    />,
  );
  await page.press("[data-testid=take-all]");
  await page.press("[data-testid=take-all-yes]");
  await vi.waitFor(() =>
    expect(page.one("[data-testid=saving]").textContent).toContain(office.unknownOutcome),
  );
  expect(service.asked).toHaveLength(2); // once more, by the region's clock
});

it("takes a single role away only after a question that names the store, and as it was seen", async () => {
  answerOperations({ StoreNames: () => ({ s0: { name: "Carte Berlin", market: { id: "de" } } }) });
  const service = serviceOf({
    RevokeRole: { revokeRole: { person: { id: "eve" }, errors: [MEANWHILE] } },
  });
  const role = { name: "store:de-1:till", role: "TILL", storeId: "de-1", market: null };
  const person = {
    id: "eve",
    revokedAt: null,
    roles: [{ ...role, granted: true, at: "2026-05-04T10:00:00Z", region: "a", stamp: "7@a" }],
  };
  page.show(
    <PersonCard
      person={person as never}
      mayGrant={true}
      onChanged={vi.fn()}
      staff={staffOf(service)}
      texts={office}
      account={account}
    />,
  );
  await vi.waitFor(() => expect(page.root.textContent).toContain("Till · Carte Berlin (de-1)"));
  await page.press("[data-testid=take-role]");
  expect(service.asked).toEqual([]);
  expect(page.root.textContent).toContain("Take Till · Carte Berlin (de-1) away from eve?");
  await page.press("[data-testid=take-role-yes]");
  await vi.waitFor(() =>
    expect(page.one("[data-testid=saving]").textContent).toContain("Nothing was changed: eve"),
  );
  expect(service.asked[0]?.input).toMatchObject({
    sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    role: "TILL",
    expected: [{ entry: "store:de-1:till", stamp: "7@a" }],
  });
});
