// @vitest-environment happy-dom
// The page about a store's figures: today, periods, bars, and files; reports of the head office.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteOperation } from "../clients/carte.ts";
import { navigate } from "../src/routing.ts";
import type { Staff } from "../src/staff/account/staff.ts";
import { FiguresPage } from "../src/staff/figures/figures-page.tsx";
import { parseReports } from "../src/staff/figures/report-address.ts";
import { ReportsPage } from "../src/staff/figures/reports-page.tsx";
import { ADMIN, inPages, NAMES } from "./office/given.ts";
import { figuresOf, STORE } from "./support/figures.ts";
import { answerOperations, openPage } from "./support/page.ts";

type Variables = Record<string, unknown>;

let page: ReturnType<typeof openPage>;
/** What was saved: name and text of each file. */
let saved: [string, Blob][];
let operations: [string, Variables][];
let answers: Record<string, (variables: Variables) => unknown>;
let staff: Staff;

const line = (itemId: string, left: number, availability: string) => ({
  itemId,
  name: `The ${itemId}`,
  left,
  availability,
  counted: 9,
  countedAt: "2026-05-04T06:00:00Z",
  countedBy: "ada",
  soldSince: 9 - left,
  reserved: 0,
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
  page = openPage();
  saved = [];
  operations = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    saved.push(["", blob as Blob]);
    return "blob:x";
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    const last = saved.at(-1);
    if (last) last[0] = this.download;
  });
  answers = {
    ...NAMES,
    Markets: () => ({
      markets: [{ id: "de", country: "Germany", currency: "EUR", locale: "de", stores: 2 }],
    }),
    StoreFigures: ({ from, to }) => {
      const days =
        from === null ? { "2026-05-04": 250 } : { [String(from)]: 100, [String(to)]: 300 };
      return { storeFigures: figuresOf(days, { latte: 5, ring: 2 }) };
    },
    StockOfStore: () => ({
      inventory: {
        store: STORE,
        lines: [line("ring", 0, "SOLD_OUT"), line("latte", 7, "AVAILABLE")],
        unknown: [],
      },
    }),
    EditConflicts: inPagesOf("editConflicts", []),
  };
  answerOperations(answers);
  const send = async ({ operationName = "", variables = {} }: CarteOperation) => {
    operations.push([operationName, variables]);
    const body = answers[operationName]?.(variables) as { errors?: unknown };
    return {
      status: 200,
      headers: new Headers(),
      body: body.errors ? body : { data: body },
      variables,
    };
  };
  staff = { id: "ada", roles: [ADMIN], send, settings: {} } as unknown as Staff;
});
afterEach(() => {
  history.replaceState(null, "", "/office/reports");
  page.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const inPagesOf = (name: string, pages: readonly (readonly unknown[])[]) => {
  const list = inPages(pages);
  return (variables: Variables) => ({ [name]: list(variables) });
};
/** Let everything be read that follows from what was read. */
const settle = async (ms = 0) => {
  for (let round = 0; round < 5; round++) {
    await act(() => vi.advanceTimersByTimeAsync(ms + 50).then(() => undefined));
  }
};
const text = (selector: string) => page.one(selector).textContent ?? "";
const choose = (selector: string) => act(() => page.one(selector).click());

it("shows today, reads it again, and needs no chart for one day", async () => {
  page.show(<FiguresPage storeId="de-1" staff={staff} />);
  await settle();
  expect(text("[data-testid=total-revenue]")).toContain("€2.50");
  expect(text("[data-testid=total-orders]")).toContain("1");
  expect(page.all("[data-testid=day-chart]")).toEqual([]);
  expect(page.all("[data-testid=figure-items] li").map(({ textContent }) => textContent)).toEqual([
    "latte €5.00 · Pieces: 5",
    "Glazed Ring €2.00 · Pieces: 2",
  ]);
  const before = operations.length;
  await settle(11_000);
  expect(operations.slice(before).map(([name]) => name)).toContain("StoreFigures");
});

it("shows a period by day, with a slider that says each day, and as a table", async () => {
  page.show(<FiguresPage storeId="de-1" staff={staff} />);
  await settle();
  await choose("input[value=week]");
  await settle();
  expect(operations.at(-1)?.[1]).toMatchObject({ from: "2026-04-28", to: "2026-05-04" });
  const slider = page.one("[data-testid=chart-slider]") as HTMLInputElement;
  expect(slider.getAttribute("aria-valuetext")).toBe("Monday, 4 May: Revenue €3.00, Orders 1");
  await page.write("[data-testid=chart-slider]", "0");
  expect(slider.getAttribute("aria-valuetext")).toBe("Tuesday, 28 April: Revenue €1.00, Orders 1");
  expect(text("[data-testid=chart-summary]")).toBe("Tuesday, 28 April: Revenue €1.00, Orders 1");
  expect(page.all("[data-testid=day-table] tbody tr")).toHaveLength(2);
});

it("asks for days that are chosen only where the service has them in one answer", async () => {
  page.show(<FiguresPage storeId="de-1" staff={staff} />);
  await settle();
  await choose("input[value=span]");
  await settle();
  const before = operations.length;
  await page.write("[data-testid=figures-from]", "2026-01-01");
  await settle();
  expect(text(".figure-span [role=alert]")).toContain("at most 31 days");
  expect(operations).toHaveLength(before);
  await page.write("[data-testid=figures-to]", "2026-01-31");
  await settle();
  expect(operations.findLast(([name]) => name === "StoreFigures")).toEqual([
    "StoreFigures",
    { storeId: "de-1", from: "2026-01-01", to: "2026-01-31" },
  ]);
  expect(text(".figure-span [role=alert]")).toBe("");
});

it("saves days, items and stock as files", async () => {
  page.show(<FiguresPage storeId="de-1" staff={staff} />);
  await settle();
  for (const name of ["csv-days", "csv-items", "csv-stock"]) {
    await choose(`[data-testid=${name}]`);
  }
  expect(saved.map(([name]) => name)).toEqual([
    "days-de-1-2026-05-04-2026-05-04.csv",
    "items-de-1-2026-05-04-2026-05-04.csv",
    "stock-de-1.csv",
  ]);
  const [days = "", items = "", stock = ""] = await Promise.all(
    saved.map(([, blob]) => blob.text()),
  );
  expect(days).toContain("de-1,Carte Berlin,2026-05-04,yes,1,");
  expect(items).toContain(",ring,Glazed Ring,2,2.00,0.20,EUR");
  expect(stock).toContain("de-1,Carte Berlin,ring,Glazed Ring,0,sold_out,9,");
});

it("says that a day is not complete", async () => {
  const found = figuresOf({ "2026-05-04": 1 }, {});
  answers.StoreFigures = () => ({
    storeFigures: { ...found, days: found.days.map((day) => ({ ...day, complete: false })) },
  });
  page.show(<FiguresPage storeId="de-1" staff={staff} />);
  await settle();
  expect(text(".figure-shown [role=alert]")).toContain("Not complete: Monday, 4 May.");
});

it("puts figures of chosen stores beside each other and names one that there is not", async () => {
  const found = answers.StoreFigures;
  answers.StoreFigures = (variables) =>
    variables.storeId === "de-9"
      ? { errors: [{ message: "no", extensions: { code: "BAD_USER_INPUT" } }] }
      : found?.(variables);
  page.show(<ReportsPage staff={staff} />);
  await settle();
  for (const id of ["DE-1", "de-9"]) {
    await page.write("[data-testid=report-store]", id);
    await choose("[data-testid=report-add]");
    await settle();
  }
  expect(page.all("[data-testid=report-table] tbody tr")).toHaveLength(1);
  expect(text("[data-testid=report-table] tbody tr")).toContain("€4.00");
  expect(text("[data-testid=report-figures] [role=alert]")).toBe("de-9: There is no such store.");
  await choose("[data-testid=csv-stores]");
  expect(saved.at(-1)?.[0]).toBe("stores-2026-04-28-2026-05-04.csv");
});

const found = (...names: string[]) => ({
  stores: {
    totalCount: names.length > 1 ? 230 : names.length,
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: names.map((name, at) => ({
      region: null,
      node: {
        id: `de-${at + 1}`,
        name,
        market: { id: "de" },
        address: {
          street: "Hauptstraße 1",
          city: "Berlin",
          state: null,
          postalCode: "10115",
          country: "DE",
        },
      },
    })),
  },
});
const key = (name: string) =>
  act(() => {
    page
      .one("[data-testid=report-store]")
      .dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  });
const chosen = () => page.all(".report-stores li").map((one) => one.dataset.store);

it("finds stores by city, and has those that are chosen, and the days, in its address", async () => {
  history.replaceState(null, "", "/office/reports");
  answers.FindStores = ({ search }) =>
    search === "berlin" ? found("Carte Mitte", "Carte Wedding") : found();
  page.show(<ReportsPage staff={staff} />);
  await settle();
  await page.write("[data-testid=report-store]", "Berlin");
  await settle();
  const options = page.all("[data-testid=suggestion]").map(({ textContent }) => textContent);
  expect(options).toEqual([
    "Carte MitteHauptstraße 1, 10115 Berlin, Germany",
    "Carte WeddingHauptstraße 1, 10115 Berlin, Germany",
  ]);
  expect(page.root.textContent).toContain("The first 2 of 230 stores that fit");
  await key("ArrowDown");
  await key("ArrowDown");
  await key("Enter");
  await settle();
  expect(chosen()).toEqual(["de-2"]);
  expect(location.search).toBe("?stores=de-2");
  await choose("input[value=month]");
  await settle();
  expect(location.search).toBe("?stores=de-2&days=28");
  // As after a reload, or by a shared link.
  page.show(null);
  page.show(<ReportsPage staff={staff} />);
  await settle();
  expect(chosen()).toEqual(["de-2"]);
  expect((page.one("input[value=month]") as HTMLInputElement).checked).toBe(true);
  // As by going back.
  await act(() => navigate("/office/reports?stores=de-1,de-2&from=2026-05-01&to=2026-05-02"));
  await settle();
  expect(chosen()).toEqual(["de-1", "de-2"]);
  expect((page.one("[data-testid=figures-to]") as HTMLInputElement).value).toBe("2026-05-02");
  const days = operations.filter(([name]) => name === "StoreFigures").at(-1)?.[1];
  expect(days).toMatchObject({ from: "2026-05-01", to: "2026-05-02" });
  await choose(".report-stores button");
  expect(location.search).toBe("?stores=de-2&from=2026-05-01&to=2026-05-02");
});

it("asks which store is meant where several fit, and says where none does", async () => {
  answers.FindStores = ({ search }) =>
    search === "atlantis" ? found() : found("Carte Mitte", "Carte Wedding");
  page.show(<ReportsPage staff={staff} />);
  await settle();
  // Before the search has answered.
  await page.write("[data-testid=report-store]", "10115");
  await choose("[data-testid=report-add]");
  expect(chosen()).toEqual([]);
  const wrong = () => text("[data-testid=report-store-wrong]");
  for (const [typed, message] of [
    ["10115", "Choose one of the stores below the field."],
    ["berlin", "Choose one of the stores below the field."],
    ["atlantis", "No store fits. Look for its name, city, street or number."],
  ] as const) {
    await page.write("[data-testid=report-store]", typed);
    await settle();
    await choose("[data-testid=report-add]");
    expect(wrong()).toBe(message);
    expect(chosen()).toEqual([]);
  }
  answers.FindStores = () => found("Carte Mitte");
  await page.write("[data-testid=report-store]", "mitte");
  await settle();
  await choose("[data-testid=report-add]");
  expect(chosen()).toEqual(["de-1"]);
  expect(wrong()).toBe("");
});

it("has the countries and the day of the reports about countries in its address", async () => {
  const market = (id: string, country: string) => ({ id, country, currency: "EUR", locale: id });
  answers.Markets = () => ({ markets: [market("de", "Germany"), market("fr", "France")] });
  page.show(<ReportsPage staff={staff} />);
  await settle();
  const select = async (name: string, value: string) => {
    const field = page.one(`[data-testid=${name}]`) as HTMLSelectElement;
    field.value = value;
    await act(() => void field.dispatchEvent(new Event("change", { bubbles: true })));
  };
  await select("sales-market", "fr");
  await page.write("[data-testid=sales-day]", "2026-05-01");
  await page.write("[data-testid=sales-day]", "1066-05-01");
  await select("report-market", "fr");
  expect(location.search).toBe("?sales=fr&day=2026-05-01&soldout=fr");
  page.show(null);
  page.show(<ReportsPage staff={staff} />);
  await settle();
  const value = (name: string) => (page.one(`[data-testid=${name}]`) as HTMLInputElement).value;
  expect(["sales-market", "sales-day", "report-market"].map(value)).toEqual([
    "fr",
    "2026-05-01",
    "fr",
  ]);
});

it("says of days in an address that they cannot be had", async () => {
  history.replaceState(null, "", "/office/reports?from=2026-05-03&to=2026-05-01");
  page.show(<ReportsPage staff={staff} />);
  await settle();
  const wrong = () => page.root.querySelector(".figure-span .stock-wrong")?.textContent;
  const first = () => page.one("[data-testid=figures-from]") as HTMLInputElement;
  expect(wrong()).toContain("the first one not after the last");
  expect(first().value).toBe("2026-05-03");
  await page.write("[data-testid=figures-to]", "2026-05-04");
  expect(wrong()).toBe("");
  expect(location.search).toBe("?from=2026-05-03&to=2026-05-04");
  await act(() => navigate("/office/reports?from=2026-06-03&to=1066-10-14"));
  await settle();
  expect(wrong()).toContain("the first one not after the last");
  expect(first().value).toBe("2026-06-03");
  await choose("input[value=month]");
  expect(location.search).toBe("?days=28");
});

it.each([
  ["", { stores: [], period: { days: 7 } }],
  ["?stores=de-1,de-1,%20,DE-2,a/b&days=28", { stores: ["de-1", "de-2"], period: { days: 28 } }],
  ["?days=3", { period: { days: 7 } }],
  [
    "?from=2026-05-01&to=2026-05-03",
    { period: { from: "2026-05-01", to: "2026-05-03" }, unfit: undefined },
  ],
  [
    "?from=2026-05-03&to=2026-05-01",
    { period: { days: 7 }, unfit: { from: "2026-05-03", to: "2026-05-01" } },
  ],
  ["?from=2026-05-03&days=28", { period: { days: 28 }, unfit: { from: "2026-05-03", to: "" } }],
  ["?from=2026-01-01&to=2026-05-01", { period: { days: 7 } }],
  ["?sales=<b>&day=yesterday", { salesMarket: undefined, salesDay: undefined }],
])("reads the address %s", (query, choice) => {
  expect(parseReports(query)).toMatchObject(choice);
});

it("reads no more stores from an address than are shown", () => {
  const ids = Array.from({ length: 40 }, (_, at) => `de-${at}`);
  expect(parseReports(`?stores=${ids.join(",")}`).stores).toEqual(ids.slice(0, 10));
});

it("looks at all stores of a country when it is wanted, counts by item, and saves them", async () => {
  const low = (id: string, ...items: string[]) => ({
    store: { id, name: `Carte ${id}`, address: { city: "Berlin" } },
    items: items.map((itemId) => ({ itemId, name: itemId, left: 0, availability: "SOLD_OUT" })),
  });
  answers.MarketStock = inPagesOf("soldOut", [
    [low("de-1", "ring", "tea")],
    [],
    [low("de-2", "ring")],
  ]);
  page.show(<ReportsPage staff={staff} />);
  await settle();
  expect(operations.map(([name]) => name)).not.toContain("MarketStock");
  await choose("[data-testid=report-read]");
  await settle();
  expect(page.one("[data-testid=report-state]").dataset.state).toBe("done");
  expect(page.all("[data-testid=report-items] li").map(({ textContent }) => textContent)).toEqual([
    "Glazed Ring Stores: 2",
    "tea Stores: 1",
  ]);
  await choose("[data-testid=csv-sold-out]");
  expect(await saved.at(-1)?.[1].text()).toContain("de-2,Carte de-2,Berlin,ring,Glazed Ring,0\r\n");
});

it("adds up the sales of a country's stores, and saves them by store and by item", async () => {
  const sold = (id: string, revenue: number) => ({
    store: { id, name: `Carte ${id}` },
    figures: figuresOf({ "2026-05-03": revenue }, {}).days[0],
  });
  const part = (items: Record<string, number>, ...nodes: object[]) => ({
    lookedAt: 50,
    storeCount: 130,
    currency: "EUR",
    items: figuresOf({}, items).items,
    nodes,
  });
  const parts = [
    part({ latte: 2 }, sold("de-1", 250), sold("de-2", 100)),
    part({}),
    part({ latte: 1, ring: 9 }, sold("de-3", 900)),
  ];
  answers.MarketFigures = ({ after }) => {
    const at = Number(after ?? 0);
    const { nodes, ...rest } = parts[at] ?? part({});
    return {
      marketFigures: {
        ...rest,
        edges: nodes.map((node) => ({ node })),
        pageInfo: { hasNextPage: at < 2, endCursor: String(at + 1) },
      },
    };
  };
  page.show(<ReportsPage staff={staff} />);
  await settle();
  expect((page.one("[data-testid=sales-day]") as HTMLInputElement).value).toBe("2026-05-03");
  expect(operations.map(([name]) => name)).not.toContain("MarketFigures");
  await choose("[data-testid=sales-read]");
  await settle();
  const cursors = operations.filter(([name]) => name === "MarketFigures").map(([, one]) => one);
  expect(cursors).toEqual(
    [null, "1", "2"].map((after) => ({ market: "de", day: "2026-05-03", after })),
  );
  expect(page.one("[data-testid=sales-state]").dataset.state).toBe("done");
  expect(text("[data-testid=sales-state]")).toContain("3 stores have orders of Sunday, May 3");
  expect(text("[data-testid=total-revenue] dd")).toBe("€12.50");
  expect(page.all("[data-testid=sales-stores] li").map(({ dataset }) => dataset.id)).toEqual([
    "de-3",
    "de-1",
    "de-2",
  ]);
  expect(text("[data-testid=sales-items]")).toContain("Pieces: 9");
  await choose("[data-testid=csv-sales]");
  expect(saved.at(-1)?.[0]).toBe("sales-de-2026-05-03.csv");
  expect(await saved.at(-1)?.[1].text()).toContain("de-3,Carte de-3,2026-05-03,yes,");
  await choose("[data-testid=csv-sales-items]");
  expect(await saved.at(-1)?.[1].text()).toContain("de,2026-05-03,ring,Glazed Ring,9,");
});

it("says which days can be asked for", async () => {
  page.show(<ReportsPage staff={staff} />);
  await settle();
  for (const wrong of ["", "1999-01-01"]) {
    await page.write("[data-testid=sales-day]", wrong);
    expect(text("#sales-wrong")).toBe("Choose a day within 10 years of today.");
    expect(page.all("[data-testid=sales-read]")).toEqual([]);
  }
  await page.write("[data-testid=sales-day]", "2026-01-01");
  expect(text("#sales-wrong")).toBe("");
  expect(page.all("[data-testid=sales-read]")).toHaveLength(1);
});

it("stops the reading of a country where the service refuses it, and shows what was read", async () => {
  let refusals = 0;
  answers.MarketFigures = ({ after }) => {
    if (after !== null) {
      refusals += 1;
      return { errors: [{ message: "no cursor", extensions: { code: "BAD_USER_INPUT" } }] };
    }
    return {
      marketFigures: {
        lookedAt: 50,
        storeCount: 130,
        currency: "EUR",
        items: [],
        edges: [],
        pageInfo: { hasNextPage: true, endCursor: "x" },
      },
    };
  };
  page.show(<ReportsPage staff={staff} />);
  await settle();
  await choose("[data-testid=sales-read]");
  await settle();
  // A cursor of another version is refused once: then it begins anew.
  expect(refusals).toBe(2);
  expect(page.one("[data-testid=sales-state]").dataset.state).toBe("stopped");
  expect(text("[data-testid=sales-state]")).toBe("Stopped. Stores looked at: 50 / 130.");
});

it("counts conflicts by what they are about", async () => {
  const side = {
    value: "1",
    stamp: "s",
    author: "=ada",
    region: "eu-west-1",
    at: "2026-05-04T06:00:00Z",
  };
  answers.EditConflicts = inPagesOf("editConflicts", [
    [
      {
        document: "STORE#de-1/STOCK",
        entry: "ring/count",
        standing: side,
        lost: { ...side, operationId: "op" },
      },
    ],
  ]);
  page.show(<ReportsPage staff={staff} />);
  await settle();
  expect(text("[data-testid=report-conflicts]")).toBe("Stock 1");
  await choose("[data-testid=csv-conflicts]");
  expect(await saved.at(-1)?.[1].text()).toContain(
    "STORE#de-1/STOCK,ring/count,Stock · Carte Berlin (de-1),Glazed Ring · Pieces counted,1,'=ada,",
  );
});

it("shows a market's manager no conflicts of the chain", async () => {
  const role = { name: "market:de:manager", role: "MANAGER", storeId: null, market: "de" };
  page.show(<ReportsPage staff={{ ...staff, roles: [role] } as unknown as Staff} />);
  await settle();
  expect(page.all("h2").map(({ id }) => id)).toEqual([
    "report-chosen",
    "report-sales",
    "report-sold-out",
  ]);
});
