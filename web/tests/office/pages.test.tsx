// @vitest-environment happy-dom
// Lists of the head office: every page of them can be shown, and things stand there by the names that people know.
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import { en as account } from "../../src/staff/account/texts/en.ts";
import { CatalogPage } from "../../src/staff/catalog/catalog-page.tsx";
import { PublishView } from "../../src/staff/catalog/publish-view.tsx";
import { en as catalog } from "../../src/staff/catalog/texts/en.ts";
import { VersionsView } from "../../src/staff/catalog/versions-view.tsx";
import { ActionList } from "../../src/staff/office/action-list.tsx";
import { ConflictsPage } from "../../src/staff/office/conflicts-page.tsx";
import { PeoplePage } from "../../src/staff/office/people-page.tsx";
import { en as office } from "../../src/staff/office/texts/en.ts";
import { AddItem } from "../../src/staff/prices/add-item.tsx";
import { en as prices } from "../../src/staff/prices/texts/en.ts";
import { ChainUnknown } from "../../src/staff/stock/chain-unknown.tsx";
import { Imports } from "../../src/staff/stock/imports.tsx";
import { ItemHistory } from "../../src/staff/stock/item-history.tsx";
import { LowStores } from "../../src/staff/stock/low-stores.tsx";
import { en as stock } from "../../src/staff/stock/texts/en.ts";
import { DIFFERENCE, EDITOR, type Service, STATE, serviceOf } from "../catalog/given.ts";
import { answerOperations, pageOfEachTest } from "../support/page.ts";
import { inPages, NAMES, staffOf } from "./given.ts";

const page = pageOfEachTest();

const AT = "2026-05-04T10:00:00Z";
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, at) => at + from);
const MORE = "[data-testid=show-more]";
const submit = (form: string) =>
  act(() => {
    page.one(form).dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
const cursors = (service: Service, name: string) =>
  service.operations.filter((one) => one.name === name).map(({ input }) => input.after);
/** Show one page more, as long as there is one, and expect so many of something in the end. */
async function showsAll(selector: string, count: number) {
  await page.shown(selector);
  while (page.all(MORE).length > 0) {
    const before = page.all(selector).length;
    await page.press(MORE);
    await vi.waitFor(() => expect(page.all(selector).length).toBeGreaterThan(before));
  }
  expect(page.all(selector)).toHaveLength(count);
}

const role = { name: "store:de-1:till", role: "TILL", storeId: "de-1", market: null };
const person = (number: number) => ({
  id: `person-${number}`,
  revokedAt: null,
  roles: [{ ...role, granted: true, at: AT, region: "eu-west-1", stamp: `${number}@a` }],
});
const people = (service: Service) => (
  <PeoplePage staff={staffOf(service)} texts={office} account={account} />
);

it("shows the people of every page, and one by the id", async () => {
  answerOperations({ ...NAMES, Markets: () => ({ markets: [] }) });
  const pages = [numbers(9), numbers(9, 9), numbers(2, 18)].map((all) => all.map(person));
  const service = serviceOf({
    People: (input: object) => ({ people: inPages(pages)(input) }),
    Person: ({ id }: { id: string }) => ({ person: id === "person-777" ? person(777) : null }),
    GrantRole: { grantRole: { person: { id: "person-3" }, errors: [] } },
  });
  page.show(people(service));
  await showsAll("[data-testid=person]", 20);
  expect(cursors(service, "People")).toEqual([null, "1", "2"]);
  // After a change of one's own all that is shown is read again, from the first page on.
  await page.write("[data-testid=grant-person]", "person-3");
  await page.write("[data-testid=grant-store]", "de-1");
  await submit("[data-testid=grant-form]");
  await vi.waitFor(() => expect(cursors(service, "People").slice(3)).toEqual([null, "1", "2"]));
  const granted = service.operations.find(({ name }) => name === "GrantRole");
  expect(granted?.input.expected).toEqual([{ entry: "store:de-1:till", stamp: "3@a" }]);
  await page.write("[data-testid=find-person]", " person-777 ");
  await submit("[data-testid=find-person-form]");
  await vi.waitFor(() =>
    expect(page.all("[data-testid=person]").map(({ dataset }) => dataset.person)).toEqual([
      "person-777",
    ]),
  );
  await page.write("[data-testid=find-person]", "nobody");
  await submit("[data-testid=find-person-form]");
  await vi.waitFor(() => expect(page.root.textContent).toContain(office.noPerson("nobody")));
  await page.press("[data-testid=find-person-all]");
  expect(page.all("[data-testid=person]")).toHaveLength(20);
});

it("offers nobody to take the own role of an administrator away", async () => {
  answerOperations({ ...NAMES, Markets: () => ({ markets: [] }) });
  const admin = { name: "chain:admin", role: "ADMIN", storeId: null, market: null };
  const of = (id: string) => ({
    id,
    revokedAt: null,
    roles: [role, admin].map((one) => ({
      ...one,
      granted: true,
      at: AT,
      region: "a",
      stamp: "1@a",
    })),
  });
  const service = serviceOf({ People: () => ({ people: inPages([[of("ada"), of("eve")]])({}) }) });
  page.show(people(service));
  await page.shown("[data-person=ada]");
  expect(page.all("[data-person=ada] [data-testid=take-role]")).toHaveLength(1);
  expect(page.all("[data-person=ada] [data-testid=take-all]")).toHaveLength(0);
  expect(page.one("[data-person=ada] [data-testid=own-admin]").textContent).toBe(office.ownAdmin);
  expect(page.all("[data-person=eve] [data-testid=take-role]")).toHaveLength(2);
  expect(page.all("[data-person=eve] [data-testid=take-all]")).toHaveLength(1);
});

it("shows who was given a role where the list does not reach that far", async () => {
  answerOperations({ ...NAMES, Markets: () => ({ markets: [] }) });
  const pages = [[person(1)], [person(2)]];
  const service = serviceOf({
    People: (input: object) => ({ people: inPages(pages)(input) }),
    Person: { person: person(2) },
    GrantRole: { grantRole: { person: { id: "person-2" }, errors: [] } },
  });
  page.show(people(service));
  await page.shown(MORE);
  await page.write("[data-testid=grant-person]", "person-2");
  await page.write("[data-testid=grant-store]", "de-1");
  await submit("[data-testid=grant-form]");
  await page.shown("[data-person=person-2]");
  expect((page.one("[data-testid=find-person]") as HTMLInputElement).value).toBe("person-2");
});

it("says that a further page cannot be read, and keeps what is there", async () => {
  answerOperations({ ...NAMES, Markets: () => ({ markets: [] }) });
  let up = false;
  const pages = [[person(1)], [person(2)]];
  const service = serviceOf({
    People: (input: { after: string | null }) =>
      input.after && !up ? undefined : { people: inPages(pages)(input) },
  });
  page.show(people(service));
  await page.shown(MORE);
  await page.press(MORE);
  await page.shown("[data-testid=failure]");
  expect(page.all("[data-testid=person]")).toHaveLength(1);
  up = true;
  await page.press("[data-testid=failure] button");
  await vi.waitFor(() => expect(page.all("[data-testid=person]")).toHaveLength(2));
  expect(page.all(MORE)).toEqual([]);
});

const conflict = (number: number, entry: string, standing: string, lost: string) => ({
  document: "STORE#de-1/ASSORTMENT",
  entry,
  standing: { value: standing, stamp: "9@a", author: "ada", region: "eu-west-1", at: AT },
  lost: {
    value: lost,
    author: "s3:bucket/key",
    region: "us-east-1",
    at: AT,
    operationId: `op-${number}`,
  },
});

it("shows conflicts page by page, also after empty ones, with the names of stores and items", async () => {
  answerOperations(NAMES);
  const pages = [
    [conflict(0, "ring/price", "249", "199"), conflict(1, "ring/listed", "true", "false")],
    [],
    numbers(8, 2).map((number) => conflict(number, "ring/price", "null", "199")),
  ];
  const service = serviceOf({
    EditConflicts: (input: object) => ({ editConflicts: inPages(pages)(input) }),
  });
  page.show(<ConflictsPage staff={staffOf(service)} texts={office} />);
  await vi.waitFor(() => {
    const text = page.one("[data-testid=conflict]").textContent;
    expect(text).toContain("Glazed Ring · Price Assortment · Carte Berlin (de-1)");
    expect(text).toMatch(/Holds€2\.49 ada \(you\), eu-west-1/);
    expect(text).toMatch(/Lost€1\.99 a file, us-east-1/);
    expect(text).toContain("Use the lost value: €1.99");
  });
  expect(page.all("[data-testid=conflict]")[1]?.textContent).toMatch(
    /On the menu.*Holdsyes.*Lostno/,
  );
  await showsAll("[data-testid=conflict]", 10);
  expect(page.all("[data-testid=conflict]")[2]?.textContent).toContain("as in the catalog");
  expect(cursors(service, "EditConflicts")).toEqual([null, "1", "2"]);
  await page.write("[data-testid=conflicts-store]", " DE-1 ");
  await submit("[data-testid=conflicts-store-form]");
  await vi.waitFor(() => expect(service.operations.at(-1)?.input.storeId).toBe("de-1"));
});

it("looks for one person, or the conflicts of one store, and goes back to all", async () => {
  answerOperations({ ...NAMES, Markets: () => ({ markets: [] }) });
  const service = serviceOf({
    People: (input: object) => ({ people: inPages([[]])(input) }),
    Person: { person: null },
    EditConflicts: (input: object) => ({ editConflicts: inPages([[]])(input) }),
  });
  for (const [field, shown, operation] of [
    ["find-person", people(service), "Person"],
    [
      "conflicts-store",
      <ConflictsPage key="conflicts" staff={staffOf(service)} texts={office} />,
      "EditConflicts",
    ],
  ] as const) {
    page.show(shown);
    expect(page.all(`search [data-testid=${field}-form]`)).toHaveLength(1);
    await page.write(`[data-testid=${field}]`, " x-1 ");
    await submit(`[data-testid=${field}-form]`);
    await vi.waitFor(() => {
      const last = service.operations.findLast(({ name }) => name === operation);
      expect(Object.values(last?.input ?? {})).toContain("x-1");
    });
    await page.press(`[data-testid=${field}-all]`);
    await vi.waitFor(() =>
      expect((page.one(`[data-testid=${field}]`) as HTMLInputElement).value).toBe(""),
    );
    expect(page.all(`[data-testid=${field}-all]`)).toEqual([]);
  }
});

it("says that there are no conflicts only where no page has any", async () => {
  const pages = [[], [], []];
  const service = serviceOf({
    EditConflicts: (input: object) => ({ editConflicts: inPages(pages)(input) }),
  });
  page.show(<ConflictsPage staff={staffOf(service)} texts={office} />);
  await vi.waitFor(() => expect(page.root.textContent).toContain(office.noConflicts));
  expect(cursors(service, "EditConflicts")).toEqual([null, "1", "2"]);
});

const action = (number: number, name: string, document: string, changes: object[]) => ({
  name,
  at: AT,
  region: "eu-west-1",
  device: null,
  document,
  operationId: `op-${number}`,
  changes,
  changeCount: changes.length,
});

it("lists all that a person did, in words", async () => {
  answerOperations(NAMES);
  const first = [
    action(0, "updateAssortment", "STORE#de-1/ASSORTMENT", [{ entry: "ring/price", value: "249" }]),
    action(1, "grantRole", "PEOPLE#3/PERSON#eve", [{ entry: "store:de-1:till", value: "true" }]),
    action(2, "editCatalogItem", "CATALOG#de/ITEM#ring", [
      { entry: "ring/names/fr", value: '"Anneau"' },
    ]),
    action(3, "acceptOrder", "ORDER#k7f2abcd", []),
    action(4, "newerThanThisPage", "NEWER#1/THING", [{ entry: "what", value: "1" }]),
  ];
  const other = (number: number) => action(number, "publishCatalog", "CATALOG#de/CURRENT", []);
  const pages = [first, ...numbers(2).map((at) => numbers(20, 5 + 20 * at).map(other))];
  const service = serviceOf({
    StaffActions: (input: object) => ({ staffActions: inPages(pages)(input) }),
  });
  page.show(<ActionList person="eve" staff={staffOf(service)} texts={office} />);
  await vi.waitFor(() => {
    const entries = page
      .all("[data-testid=action-list] > li")
      .map(({ textContent }) => textContent);
    expect(entries[0]).toContain("Prices and assortment changed Assortment · Carte Berlin (de-1)");
    expect(entries[0]).toContain("Glazed Ring · Price: €2.49");
    expect(entries[1]).toContain("Role given Roles · eve");
    expect(entries[1]).toContain("Till · Carte Berlin (de-1): given");
    expect(entries[2]).toContain("Draft of an item edited Catalog · Germany");
    expect(entries[2]).toContain("Glazed Ring · Name (French): Anneau");
    expect(entries[3]).toContain("Order accepted Order k7f2abcd…");
    expect(entries[4]).toContain("newerThanThisPage NEWER#1/THING");
  });
  await showsAll("[data-testid=action-list] > li", 45);
});

const publication = (version: string, at: string) => ({
  version,
  at,
  author: "ada",
  region: "eu-west-1",
  itemCount: 1,
  rollback: false,
});
const catalogGiven = (service: Service) => ({
  staff: staffOf(service, [EDITOR]),
  texts: catalog,
  catalog: STATE,
  country: "Germany",
  refresh: vi.fn(),
});

it("tells two versions of one minute apart, by seconds and by the id that commands print", async () => {
  const pages = [
    [
      publication("0198c1e2a4b40002@eu-west-1", "2026-05-04T10:00:41Z"),
      publication("0198c1e2a4b40001@eu-west-1", "2026-05-04T10:00:07Z"),
    ],
    [publication("0198c1e2a4b40000@us-east-1", "2026-05-03T10:00:00Z")],
  ];
  const service = serviceOf({
    CatalogPublications: (input: object) => ({ catalogPublications: inPages(pages)(input) }),
  });
  page.show(<VersionsView {...catalogGiven(service)} />);
  await page.shown("[data-testid=version]");
  const [newest, earlier] = page.all("[data-testid=version]").map(({ textContent }) => textContent);
  expect(newest).toMatch(/:00:41/);
  expect(earlier).toMatch(/:00:07/);
  expect(earlier).toContain("0198c1e2a4b40001@eu-west-1");
  expect(earlier).toContain("ada (you)");
  await page.write("[data-testid=find-version]", " 0198C1E2A4B40000 ");
  expect(page.one("[data-testid=no-version]").textContent).toBe(catalog.noVersion);
  await page.press(MORE);
  await vi.waitFor(() =>
    expect(page.all("[data-testid=version]").map(({ dataset }) => dataset.version)).toEqual([
      "0198c1e2a4b40000@us-east-1",
    ]),
  );
  // It is found, and it is not the newest one.
  expect(page.root.textContent).not.toContain(catalog.inForce);
  expect(page.one("[data-testid=no-version]").textContent).toBe("");
});

it("shows every item that a publication changes, and publishes what the first page was read of", async () => {
  const node = (number: number) => ({
    itemId: `i${number}`,
    kind: "CHANGED",
    names: [],
    fields: [],
  });
  const pages = [numbers(50), numbers(50, 50), numbers(30, 100)].map((all) => all.map(node));
  const service = serviceOf({
    CatalogDifference: (input: { after: string | null }) => ({
      catalogDifference: {
        ...DIFFERENCE,
        draftsVersion: input.after ? "d2" : "d1",
        totalCount: 130,
        ...inPages(pages)(input),
      },
    }),
    PublishCatalog: { publishCatalog: { version: "v2", errors: [] } },
  });
  page.show(<PublishView {...catalogGiven(service)} />);
  await showsAll("[data-testid=item-difference]", 130);
  await page.press("[data-testid=publish]");
  await page.press("[data-testid=publish-yes]");
  await vi.waitFor(() =>
    expect(service.operations.find(({ name }) => name === "PublishCatalog")?.input).toMatchObject({
      expectedDrafts: "d1",
    }),
  );
});

it("asks for the catalogs of a few markets at once, and shows each as it arrives", async () => {
  const ids = ["at", "be", "fr", "de", "it", "nl", "es"];
  answerOperations({
    Markets: () => ({
      markets: ids.map((id) => ({ id, country: id, currency: "EUR", locale: "en" })),
    }),
  });
  const open = new Map<string, () => void>();
  let atOnce = 0;
  let most = 0;
  const service = serviceOf({
    CatalogState: async ({ market }: { market: string }) => {
      most = Math.max(most, ++atOnce);
      await new Promise<void>((resolve) => open.set(market, resolve));
      atOnce--;
      return market === "be" ? undefined : { catalog: { ...STATE, market } };
    },
  });
  page.show(<CatalogPage staff={staffOf(service)} market="" view="" />);
  for (const id of ids) {
    await vi.waitFor(() => expect(open.has(id)).toBe(true));
    open.get(id)?.();
    const card = `[data-market=${id}]`;
    await page.shown(`${card} [data-testid=${id === "be" ? "failure" : "in-force"}]`);
  }
  expect(most).toBeLessThanOrEqual(2);
  expect(service.operations).toHaveLength(ids.length);
});

const stockGiven = (service: Service) => ({
  staff: staffOf(service),
  texts: stock,
  locale: "en",
  timeZone: undefined,
});

it("shows every uploaded file, page by page", async () => {
  const file = (number: number) => ({
    uploadId: `u${number}`,
    file: `counts/${number}.csv`,
    region: "eu-west-1",
    status: "LOADED",
    uploadedAt: AT,
    uploadedBy: null,
    encoding: null,
    delimiter: null,
    ignoredColumns: [],
    rows: 1,
    stores: 1,
    loaded: 1,
    unchanged: 0,
    unknown: 0,
    refused: 0,
    problems: [],
    problemsLeftOut: 0,
    unknownRows: [],
    unknownRowsLeftOut: 0,
    error: null,
    hint: null,
  });
  const pages = numbers(3).map((at) => numbers(10, 10 * at).map(file));
  const service = serviceOf({
    StockImports: (input: object) => ({ stockImports: inPages(pages)(input) }),
  });
  page.show(<Imports {...stockGiven(service)} storeId={undefined} />);
  await showsAll("[data-testid=import]", 30);
});

it("shows every store with counts of what nobody knows, and says where they cannot be read", async () => {
  const store = (number: number) => ({
    storeId: `de-${number}`,
    storeName: `Carte ${number}`,
    items: [],
  });
  const pages = [numbers(50).map(store), numbers(7, 50).map(store)];
  const service = serviceOf({
    UnknownStock: (input: object) => ({ unknownStock: inPages(pages)(input) }),
  });
  page.show(<ChainUnknown {...stockGiven(service)} />);
  await showsAll("[data-testid=unknown-store]", 57);
  page.show(null);
  page.show(<ChainUnknown {...stockGiven(serviceOf({}))} />);
  await page.shown("[data-testid=failure]");
});

it("passes pages of stores that lack nothing", async () => {
  const store = (number: number) => ({ store: { id: `de-${number}`, name: "S" }, items: [] });
  const pages = [[], [], [store(1)], [store(2)]];
  const service = serviceOf({
    MarketStock: (input: object) => ({ soldOut: inPages(pages)(input) }),
  });
  page.show(<LowStores {...stockGiven(service)} market="de" atMost={0} />);
  await page.shown("[data-testid=low-store]");
  expect(cursors(service, "MarketStock")).toEqual([null, "1", "2"]);
  await showsAll("[data-testid=low-store]", 2);
});

it("says where a history ends that has no older entries to show", async () => {
  const event = (number: number) => ({
    kind: "COUNTED",
    pieces: number,
    at: new Date(number).toISOString(),
    by: "eve",
    region: "eu-west-1",
  });
  const service = serviceOf({
    StockHistory: ({ first }: { first: number }) => ({ stockHistory: numbers(first).map(event) }),
  });
  page.show(<ItemHistory {...stockGiven(service)} storeId="de-1" itemId="a" left={1} />);
  await page.shown(MORE);
  await page.press(MORE);
  await vi.waitFor(() => expect(page.all("[data-testid=history] li")).toHaveLength(100));
  expect(page.one("[data-testid=newest-only]").textContent).toBe(stock.newestOnly("100"));
});

it("finds more items of the catalog than fit into one answer", async () => {
  const [node] = NAMES.SearchItems().searchItems.edges.map((edge) => edge.node);
  const pages = [numbers(8), numbers(3, 8)].map((all) =>
    all.map((number) => ({ ...node, id: `ring-${number}`, name: `Ring ${number}` })),
  );
  answerOperations({ SearchItems: (input) => ({ searchItems: inPages(pages)(input) }) });
  const given = { texts: prices, locale: "en", currency: "EUR", digits: 2 };
  page.show(<AddItem {...given} market="de" known={[]} onAdd={vi.fn()} />);
  await page.write("input", "ring");
  await submit("form");
  await showsAll("li", 11);
});
