// @vitest-environment happy-dom
// The pages of catalogs: editing an item, what somebody else did meanwhile, publishing, going back, taking a role.
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import type { Staff } from "../../src/staff/account/staff.ts";
import { en as account } from "../../src/staff/account/texts/en.ts";
import { ItemsView } from "../../src/staff/catalog/items-view.tsx";
import { PublishView } from "../../src/staff/catalog/publish-view.tsx";
import { en } from "../../src/staff/catalog/texts/en.ts";
import { VersionsView } from "../../src/staff/catalog/versions-view.tsx";
import { PersonCard } from "../../src/staff/office/person-card.tsx";
import { en as office } from "../../src/staff/office/texts/en.ts";
import { answerOperations, pageOfEachTest } from "../support/page.ts";
import { DIFFERENCE, EDITOR, LISTED, RING, type Service, STATE, serviceOf } from "./given.ts";

const page = pageOfEachTest();

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
  let first = true;
  const service = serviceOf({
    CatalogItems: PAGE,
    CatalogItem: () => ({
      catalogItem: first
        ? RING
        : {
            ...RING,
            entries: [{ entry: "price", stamp: "9@a" }],
            draft: { ...RING.draft, price: { amountMinor: 250 } },
          },
    }),
    EditCatalogItem: ({ expected }: { expected: { stamp: string }[] }) => {
      first = false;
      return expected[0]?.stamp === "9@a"
        ? DONE
        : { editCatalogItem: { item: null, errors: [MEANWHILE] } };
    },
  });
  page.show(<ItemsView {...given(service)} />);
  await page.shown("[data-testid=edit-item]");
  await page.press("[data-testid=edit-item]");
  await page.shown("[data-testid=item-price]");
  await page.write("[data-testid=item-price]", "2.10");
  await page.press("[data-testid=save-item]");
  const note = await vi.waitFor(() => {
    const note = page.one("[data-testid=catalog-saving]");
    expect(note.getAttribute("role")).toBe("alert");
    return note;
  });
  expect(note.textContent).toContain("eve changed “Price”");
  expect(note.textContent).toContain("€2.50");
  expect((page.one("[data-testid=item-price]") as HTMLInputElement).value).toBe("2.10");
  const edits = () => service.operations.filter(({ name }) => name === "EditCatalogItem");
  expect(edits()[0]?.input).toMatchObject({
    priceMinor: 210,
    expected: [{ entry: "price", stamp: "4@a" }],
  });
  // When the item has been read again, saving once more replaces what is there by now, knowingly.
  await vi.waitFor(async () => {
    await page.press("[data-testid=save-item]");
    expect(edits().at(-1)?.input).toMatchObject({
      priceMinor: 210,
      expected: [{ entry: "price", stamp: "9@a" }],
    });
  });
});

/** A service with the items of the list; editing answers by the function. */
const editing = (editCatalogItem: () => unknown) => {
  const node = (itemId: unknown) => ({ ...RING, itemId });
  return serviceOf({
    CatalogItems: PAGE,
    CatalogItem: ({ itemId }: Record<string, unknown>) => ({ catalogItem: node(itemId) }),
    EditCatalogItem: async () => ({ editCatalogItem: await editCatalogItem() }),
  });
};
const row = (itemId: string) => `[data-item=${itemId}]`;
const edit = async (itemId: string) => {
  await page.shown(row(itemId));
  await page.press(`${row(itemId)} [data-testid=edit-item]`);
  await page.shown(`${row(itemId)} [data-testid=item-price]`);
};
const price = (itemId: string) =>
  page.one(`${row(itemId)} [data-testid=item-price]`) as HTMLInputElement;
const isAskedBeforeLeaving = () => {
  const leaving = new Event("beforeunload", { cancelable: true });
  dispatchEvent(leaving);
  return leaving.defaultPrevented;
};

it("keeps what was typed over another item, a search and another view, until it is saved or discarded", async () => {
  const service = editing(() => ({ item: { itemId: "ring" }, errors: [] }));
  const items = <ItemsView {...given(service)} />;
  page.show(items);
  await edit("ring");
  await page.write("[data-testid=item-price]", "2.10");
  expect(isAskedBeforeLeaving()).toBe(true);
  await edit("new");
  expect(price("new").value).toBe("1.99");
  expect(page.all(`${row("ring")} [data-testid=item-price]`)).toEqual([]);
  expect(page.one(row("ring")).textContent).toContain(en.notSaved);
  expect(page.one(row("new")).textContent).not.toContain(en.notSaved);
  await page.write(`${row("new")} [data-testid=item-price]`, "3.30");
  // A search that lets only others through.
  await page.write("[data-testid=catalog-search]", "ring");
  expect(price("new").value).toBe("3.30");
  await page.show(null);
  await page.show(items);
  await edit("ring");
  expect(price("ring").value).toBe("2.10");
  await page.press("[data-testid=save-item]");
  await vi.waitFor(() => expect(page.one(row("ring")).textContent).not.toContain(en.notSaved));
  expect(isAskedBeforeLeaving()).toBe(true);
  await edit("new");
  expect(price("new").value).toBe("3.30");
  await page.press(".office-acts .text-button");
  expect(price("new").value).toBe("1.99");
  expect(page.one(row("new")).textContent).not.toContain(en.notSaved);
  expect(isAskedBeforeLeaving()).toBe(false);
});

it("shows what was typed to nobody else, and in no other market", async () => {
  const service = editing(() => undefined);
  const own = given(service);
  page.show(<ItemsView {...own} />);
  await edit("ring");
  await page.write("[data-testid=item-price]", "2.10");
  for (const other of [
    { staff: { ...own.staff, id: "eve" } as Staff },
    { catalog: { ...STATE, market: "at" } },
  ]) {
    await page.show(null);
    await page.show(<ItemsView {...own} {...other} />);
    await edit("ring");
    expect(price("ring").value).toBe("1.99");
  }
  await page.show(null);
  await page.show(<ItemsView {...own} />);
  await edit("ring");
  await page.press(".office-acts .text-button");
});

it("leaves a saved item where it was opened, with what is said of it and the focus", async () => {
  const [ring, fresh] = LISTED;
  let saved = false;
  const service = serviceOf({
    CatalogItems: () => {
      // By now it is ready, and in a category of its own.
      const draft = { ...fresh?.draft, category: "donuts" };
      const node = saved ? { ...fresh, missing: [], draft } : fresh;
      return { catalogItems: { ...PAGE.catalogItems, edges: [{ node: ring }, { node }] } };
    },
    CatalogItem: { catalogItem: { ...RING, itemId: "new" } },
    EditCatalogItem: () => {
      saved = true;
      return DONE;
    },
  });
  page.show(<ItemsView {...given(service)} />);
  await page.shown("[data-testid=catalog-item]");
  await page.press("[data-testid=filter-notReady]");
  await edit("new");
  const editor = page.one("[data-testid=item-editor]");
  await page.write("[data-testid=item-price]", "2.10");
  page.one("[data-testid=save-item]").focus();
  await page.press("[data-testid=save-item]");
  await vi.waitFor(() => {
    expect(service.operations.filter(({ name }) => name === "CatalogItems")).toHaveLength(2);
    expect(page.one(row("new")).textContent).not.toContain(en.lacks.ALLERGENS);
  });
  expect(page.one("[data-testid=item-editor]")).toBe(editor);
  expect(document.activeElement).toBe(page.one("[data-testid=save-item]"));
  // Once it is closed the filter holds for it as well.
  await page.press(`${row("new")} [data-testid=edit-item]`);
  expect(page.all(row("new"))).toEqual([]);
});

it("replaces nothing unseen with what was typed before the item was read again", async () => {
  let stamp = "4@a";
  const service = serviceOf({
    CatalogItems: PAGE,
    CatalogItem: () => ({ catalogItem: { ...RING, entries: [{ entry: "price", stamp }] } }),
    EditCatalogItem: () => ({ editCatalogItem: { item: null, errors: [MEANWHILE] } }),
  });
  page.show(<ItemsView {...given(service)} />);
  await edit("ring");
  await page.write("[data-testid=item-price]", "2.10");
  await page.press("[data-testid=edit-item]");
  stamp = "9@a";
  await edit("ring");
  const sent = () =>
    service.operations
      .filter(({ name }) => name === "EditCatalogItem")
      .map(({ input }) => input.expected);
  await page.press("[data-testid=save-item]");
  await vi.waitFor(() => expect(sent()).toEqual([[{ entry: "price", stamp: "4@a" }]]));
  // Once the page has said who was first and has read the item again, saving replaces what it shows.
  await vi.waitFor(() =>
    expect(service.operations.filter(({ name }) => name === "CatalogItem")).toHaveLength(3),
  );
  await page.press("[data-testid=edit-item]");
  await edit("ring");
  await vi.waitFor(async () => {
    await page.press("[data-testid=save-item]");
    expect(sent().at(-1)).toEqual([{ entry: "price", stamp: "9@a" }]);
  });
  await page.press(".office-acts .text-button");
});

it("keeps what was typed while it was saved", async () => {
  let answer = (_: unknown) => {};
  const service = editing(
    () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  );
  page.show(<ItemsView {...given(service)} />);
  await edit("ring");
  await page.write("[data-testid=item-price]", "2.10");
  await page.press("[data-testid=save-item]");
  await page.write("[data-testid=item-price]", "2.20");
  answer({ item: { itemId: "ring" }, errors: [] });
  await vi.waitFor(() =>
    expect(service.operations.filter(({ name }) => name === "CatalogItem")).toHaveLength(2),
  );
  expect(price("ring").value).toBe("2.20");
  await page.press(".office-acts .text-button");
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
  expect(service.operations.some(({ name }) => name === "PublishCatalog")).toBe(false);
  expect(document.activeElement?.textContent).toBe(en.notYet);
  await page.press("[data-testid=publish-yes]");
  await vi.waitFor(() =>
    expect(page.one("[data-testid=catalog-saving]").textContent).toBe(en.publishedNow),
  );
  const sent = service.operations.find(({ name }) => name === "PublishCatalog");
  expect(sent?.input).toMatchObject({
    market: "de",
    expectedVersion: "v1",
    expectedDrafts: "d1",
  });
});

it("leads to the field that is wrong where it is pressed to save", async () => {
  const service = serviceOf({ CatalogItems: PAGE, CatalogItem: { catalogItem: RING } });
  page.show(<ItemsView {...given(service)} />);
  await page.shown("[data-testid=edit-item]");
  await page.press("[data-testid=edit-item]");
  await page.shown("[data-testid=item-price]");
  await page.write("[data-testid=item-price]", "1e3");
  await page.press("[data-testid=save-item]");
  await vi.waitFor(() => expect(document.activeElement).toBe(page.one("[data-testid=item-price]")));
  await page.write("[data-testid=item-price]", "1.50");
  for (const tick of page.all("[data-testid=item-allergens] input")) {
    const { checked } = tick as HTMLInputElement;
    if (checked) await act(() => tick.click());
  }
  await page.press("[data-testid=save-item]");
  await vi.waitFor(() =>
    expect(document.activeElement?.closest("[data-testid=item-allergens]")).not.toBeNull(),
  );
  expect(service.operations.map(({ name }) => name)).not.toContain("EditCatalogItem");
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
  const sent = service.operations.find(({ name }) => name === "RollbackCatalog");
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
  expect(service.operations).toHaveLength(2); // once more, by the region's clock
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
  expect(service.operations).toEqual([]);
  expect(page.root.textContent).toContain("Take Till · Carte Berlin (de-1) away from eve?");
  await page.press("[data-testid=take-role-yes]");
  await vi.waitFor(() =>
    expect(page.one("[data-testid=saving]").textContent).toContain("Nothing was changed: eve"),
  );
  expect(service.operations[0]?.input).toMatchObject({
    sentAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    role: "TILL",
    expected: [{ entry: "store:de-1:till", stamp: "7@a" }],
  });
});
