// @vitest-environment happy-dom
// Recording what is thrown away on the page about stock, taking it back, and what figures and reports say of it.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteOperation } from "../clients/carte.ts";
import type { Staff } from "../src/staff/account/staff.ts";
import { FiguresPage } from "../src/staff/figures/figures-page.tsx";
import { ReportsPage } from "../src/staff/figures/reports-page.tsx";
import { joined, sumOf, type Waste } from "../src/staff/figures/waste.ts";
import { wasteDaysFile, wasteItemsFile } from "../src/staff/figures/waste-files.ts";
import { StockPage } from "../src/staff/stock/stock-page.tsx";
import { ADMIN, inPages, NAMES } from "./office/given.ts";
import { MENUS } from "./support/dayparts.ts";
import { figuresOf, STORE } from "./support/figures.ts";
import { answerOperations, openPage } from "./support/page.ts";

type Variables = Record<string, unknown>;

let page: ReturnType<typeof openPage>;
let operations: [string, Variables][];
let answers: Record<string, (variables: Variables) => unknown>;
let dead: boolean;

const TILL = { name: "store:de-1:till", role: "TILL", storeId: "de-1", market: null };
const none = { errors: [], stock: [] };
const amount = (amountMinor: number) => ({ amountMinor });
const sum = (pieces: number, value: number) => ({
  pieces,
  value: amount(value),
  reasons: pieces ? [{ reason: "EXPIRED" as const, pieces, value: amount(value) }] : [],
});
const wasteOf = (days: Record<string, number>, nextFrom: string | null = null) => ({
  store: STORE,
  currency: "EUR",
  nextFrom,
  days: Object.entries(days).map(([day, pieces]) => ({
    day,
    complete: true,
    ...sum(pieces, pieces * 200),
  })),
  items: [{ itemId: "ring", ...sum(2, 400) }],
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  vi.setSystemTime(new Date("2026-05-04T22:30:00Z"));
  page = openPage();
  operations = [];
  dead = false;
  answers = {
    ...MENUS,
    ...NAMES,
    StockOfStore: () => ({ inventory: { store: STORE, lines: [], unknown: [] } }),
    RecordWaste: () => ({ recordWaste: none }),
    TakeBackWaste: () => ({ takeBackWaste: none }),
    StoreFigures: ({ from, to }) => {
      const days =
        from === null ? { "2026-05-04": 250 } : { [String(from)]: 100, [String(to)]: 300 };
      return { storeFigures: figuresOf(days, { ring: 2 }) };
    },
    StoreWaste: ({ from, to }) => ({
      storeWaste: wasteOf(
        from === to ? { [String(from)]: 2 } : { [String(from)]: 0, [String(to)]: 2 },
      ),
    }),
    EditConflicts: (variables) => ({ editConflicts: inPages([])(variables) }),
    Markets: () => ({ markets: [] }),
  };
  answerOperations(answers);
});
afterEach(() => {
  history.replaceState(null, "", "/");
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const send = async ({ operationName = "", variables = {} }: CarteOperation) => {
  operations.push([operationName, variables]);
  if (dead && operationName === "RecordWaste") throw new TypeError("no network");
  const data = answers[operationName]?.(variables);
  return { status: 200, headers: new Headers(), body: { data }, variables };
};
const staff = (role: typeof TILL | typeof ADMIN = TILL) =>
  ({ id: "ada", roles: [role], send, settings: {} }) as unknown as Staff;
const settle = async (ms = 0) => {
  for (let round = 0; round < 5; round++) {
    await act(() => vi.advanceTimersByTimeAsync(ms + 50).then(() => undefined));
  }
};
const tap = (selector: string) => act(() => page.one(selector).click());
const text = (selector: string) => page.one(selector).textContent ?? "";
const sent = (name: string) =>
  operations.filter(([one]) => one === name).map(([, { input }]) => input as Variables);

async function openForm(role = TILL) {
  page.show(<StockPage storeId="de-1" staff={staff(role)} />);
  await settle();
  await tap("[data-item=ring] [data-testid=waste]");
}
/** Choose a reason, or when it was. */
const choose = (value: string) => tap(`[data-testid=waste-form] input[value="${value}"]`);
const record = async () => {
  await tap("[data-testid=save-waste]");
  await settle();
};

it("records pieces with the reason, of today by the store's calendar", async () => {
  await openForm();
  expect(page.all("[data-testid=count]")).toEqual([]); // a till does not count
  await page.write("[data-testid=pieces]", "3");
  await choose("EXPIRED");
  await record();
  const [input] = sent("RecordWaste");
  expect(input).toMatchObject({
    storeId: "de-1",
    day: "2026-05-05", // in Berlin it is half past midnight
    reason: "EXPIRED",
    lines: [{ itemId: "ring", pieces: 3 }],
  });
  expect(text("[data-testid=waste-note]")).toContain("Recorded as thrown away: 3 × The ring.");
  expect(page.all("[data-testid=waste-form]")).toEqual([]);
});

it("records what was thrown away before midnight for yesterday", async () => {
  await openForm();
  await choose("OTHER");
  await choose("1");
  await record();
  expect(sent("RecordWaste")[0]).toMatchObject({ day: "2026-05-04", reason: "OTHER" });
});

it("asks for a reason and for pieces before anything is sent", async () => {
  await openForm();
  await record();
  expect(text("[data-testid=waste-wrong]")).toBe("Choose why.");
  await choose("DAMAGED");
  for (const wrong of ["0", "1001", "1e2", ""]) {
    await page.write("[data-testid=pieces]", wrong);
    await record();
    expect(text("[data-testid=waste-wrong]")).toContain("from 1 to 1.000");
  }
  expect(sent("RecordWaste")).toEqual([]);
});

it("sends again what has no answer, under one id, and says so", async () => {
  dead = true;
  await openForm();
  await choose("EXPIRED");
  await record();
  expect(text("[data-testid=save-waste]")).toBe("Sending again…");
  await tap("[data-testid=save-waste]"); // a second press is none
  dead = false;
  await settle(5000);
  const ids = new Set(sent("RecordWaste").map(({ operationId }) => operationId));
  expect(sent("RecordWaste").length).toBeGreaterThan(1);
  expect(ids.size).toBe(1);
  expect(text("[data-testid=waste-note]")).toContain("1 × The ring");
});

it("is sent in the end whatever page is shown meanwhile, and holds the document until then", async () => {
  dead = true;
  await openForm();
  await choose("EXPIRED");
  await record();
  await tap(".waste-acts .text-button"); // nothing is cancelled that may have arrived
  expect(page.all("[data-testid=waste-form]")).toHaveLength(1);
  page.show(null);
  const leave = new Event("beforeunload", { cancelable: true });
  dispatchEvent(leave);
  expect(leave.defaultPrevented).toBe(true);
  dead = false;
  const before = sent("RecordWaste").length;
  await settle(10_000);
  expect(sent("RecordWaste").length).toBe(before + 1);
  const later = new Event("beforeunload", { cancelable: true });
  dispatchEvent(later);
  expect(later.defaultPrevented).toBe(false);
});

it("asks before more is recorded than is left", async () => {
  const line = { itemId: "ring", name: "The ring", left: 2, availability: "LOW", counted: 2 };
  const rest = { countedAt: null, countedBy: null, soldSince: 0, reserved: 0 };
  answers.StockOfStore = () => ({
    inventory: { store: STORE, lines: [{ ...line, ...rest }], unknown: [] },
  });
  await openForm();
  await page.write("[data-testid=pieces]", "3");
  await choose("DAMAGED");
  await record();
  expect(text("[data-testid=waste-wrong]")).toBe("Only 2 are left. Press again to record 3.");
  await page.write("[data-testid=pieces]", "4");
  await record();
  expect(text("[data-testid=waste-wrong]")).toBe("Only 2 are left. Press again to record 4.");
  expect(sent("RecordWaste")).toEqual([]);
  await record();
  expect(sent("RecordWaste")).toHaveLength(1);
});

it("takes back what was a mistake, by the id and day of the record", async () => {
  await openForm();
  await choose("MISTAKE");
  await record();
  const [{ operationId, day } = {}] = sent("RecordWaste");
  await tap("[data-testid=take-back]");
  await settle();
  expect(sent("TakeBackWaste")).toMatchObject([{ storeId: "de-1", wasteId: operationId, day }]);
  expect(text("[data-testid=waste-note]")).toContain("Taken back: 1 × The ring.");
  expect(page.all("[data-testid=take-back]")).toEqual([]);
});

const recordOf = (wasteId: string, pieces: number, takenBack = false) => ({
  wasteId,
  day: "2026-05-05",
  recordedAt: "2026-05-04T22:10:00Z",
  reason: "DAMAGED",
  takenBack,
  lines: [{ itemId: "ring", pieces }],
});
async function openList() {
  await act(() => {
    const list = page.one("[data-testid=waste-list]") as HTMLDetailsElement;
    list.open = true;
    list.dispatchEvent(new Event("toggle"));
  });
  await settle();
}
const listed = () => page.all("[data-testid=waste-record]").map((one) => one.textContent ?? "");

it("lists all that was recorded on a day, and takes back any of it after a second press", async () => {
  answers.WasteRecords = (variables) => ({
    wasteRecords: {
      ...inPages([[recordOf("waste-2", 2), recordOf("waste-1", 1, true)]])(variables),
      complete: true,
    },
  });
  page.show(<StockPage storeId="de-1" staff={staff()} />);
  await settle();
  expect(operations.some(([name]) => name === "WasteRecords")).toBe(false);
  await openList();
  expect(operations.find(([name]) => name === "WasteRecords")?.[1]).toMatchObject({
    storeId: "de-1",
    day: "2026-05-05",
  });
  expect(listed()[0]).toContain("2 × The ring Damaged · 00:10Take back");
  expect(listed()[1]).toContain("1 × The ring Damaged · 00:10taken back");
  await tap("[data-testid=take-back-record]");
  expect(sent("TakeBackWaste")).toEqual([]);
  expect(text("[data-waste=waste-2] [role=alert]")).toContain("Take 2 × The ring back?");
  await tap("[data-testid=take-back-record-yes]");
  await settle();
  expect(sent("TakeBackWaste")).toMatchObject([
    { storeId: "de-1", wasteId: "waste-2", day: "2026-05-05" },
  ]);
  // What is read from a region that does not know it yet changes nothing.
  await settle(31_000);
  expect(listed()[0]).toContain("taken back");
  expect(page.all("[data-testid=take-back-record]")).toEqual([]);
});

it("lists the records of a day that is chosen, and says where there are too many", async () => {
  answers.WasteRecords = (variables) => ({
    wasteRecords: {
      ...inPages(variables.day === "2026-05-04" ? [[recordOf("waste-9", 9)]] : [])(variables),
      complete: variables.day !== "2026-05-04",
    },
  });
  page.show(<StockPage storeId="de-1" staff={staff()} />);
  await settle();
  await openList();
  expect(text("[data-testid=waste-list]")).toContain("Nothing was recorded as thrown away.");
  const days = page.one("[data-testid=waste-day]") as HTMLSelectElement;
  expect([...days.options].map((one) => one.text)).toEqual([
    "Today",
    "Yesterday",
    "Sunday, 3 May",
    "Saturday, 2 May",
    "Friday, 1 May",
    "Thursday, 30 April",
    "Wednesday, 29 April",
  ]);
  await act(() => {
    days.value = "1";
    days.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await settle();
  expect(text("[data-testid=waste-list] [role=alert]")).toContain("more records of this day");
  expect(listed()).toHaveLength(1);
});

it("reads the list again when something is recorded, and says what could not be taken back", async () => {
  let found = [recordOf("waste-1", 1)];
  answers.WasteRecords = (variables) => ({
    wasteRecords: { ...inPages([found])(variables), complete: true },
  });
  await openForm();
  await openList();
  found = [recordOf("waste-2", 2), ...found];
  await choose("MISTAKE");
  await record();
  expect(listed()).toHaveLength(2);
  answers.TakeBackWaste = () => ({ takeBackWaste: { stock: [], errors: [{ message: "no" }] } });
  await tap("[data-waste=waste-1] [data-testid=take-back-record]");
  await tap("[data-testid=take-back-record-yes]");
  await settle();
  expect(text("[data-waste=waste-1]")).toContain("could not be taken back");
  expect(page.all("[data-testid=take-back-record]")).toHaveLength(2);
});

it("says that it was refused, and keeps what was typed", async () => {
  answers.RecordWaste = () => ({ recordWaste: { stock: [], errors: [{ message: "no" }] } });
  await openForm();
  await choose("EXPIRED");
  await record();
  expect(text("[data-testid=waste-wrong]")).toContain("could not be saved");
  answers.RecordWaste = () => ({ recordWaste: none });
  await record();
  answers.TakeBackWaste = () => ({ takeBackWaste: { stock: [], errors: [{ message: "no" }] } });
  await tap("[data-testid=take-back]");
  await settle();
  expect(text("[data-testid=waste-note] [role=alert]")).toContain("could not be taken back");
});

it("is not offered to people who may not record it", async () => {
  page.show(<StockPage storeId="de-1" staff={staff({ ...TILL, role: "OPERATOR" })} />);
  await settle();
  expect(page.all("[data-testid=waste]")).toEqual([]);
});

it("shows waste of the days that figures are of, with a chart and a table of a period", async () => {
  page.show(<FiguresPage storeId="de-1" staff={staff(ADMIN)} />);
  await settle();
  expect(operations.find(([name]) => name === "StoreWaste")?.[1]).toEqual({
    storeId: "de-1",
    from: "2026-05-04",
    to: "2026-05-04",
  });
  expect(text("[data-testid=waste-value]")).toContain("€4.00");
  expect(text("[data-testid=waste-reasons]")).toBe("2 Too old");
  expect(text("[data-testid=waste-items]")).toContain("€4.00 · Pieces: 2 (Too old 2)");
  expect(page.all("[data-testid=waste-chart]")).toEqual([]);
  await tap("input[value=week]");
  await settle();
  const slider = page.one("[data-testid=waste-chart] [data-testid=chart-slider]");
  expect(slider.getAttribute("aria-valuetext")).toBe("Monday, 4 May: €4.00 · Pieces: 2");
  expect(page.all("[data-testid=waste-table] tbody tr")).toHaveLength(2);
});

it("says that nothing was thrown away", async () => {
  answers.StoreWaste = ({ from }) => ({
    storeWaste: { ...wasteOf({ [String(from)]: 0 }), items: [] },
  });
  page.show(<FiguresPage storeId="de-1" staff={staff(ADMIN)} />);
  await settle();
  expect(text("[data-testid=waste-shown]")).toBe("Nothing was recorded as thrown away.");
  expect(page.all("[data-testid=csv-waste-days]")).toEqual([]);
});

it("names days that were not read whole", async () => {
  answers.StoreWaste = ({ from }) => {
    const found = wasteOf({ [String(from)]: 2 });
    return {
      storeWaste: { ...found, days: found.days.map((day) => ({ ...day, complete: false })) },
    };
  };
  page.show(<FiguresPage storeId="de-1" staff={staff(ADMIN)} />);
  await settle();
  expect(text("[data-testid=waste] [role=alert]")).toContain("Not complete: Monday, 4 May");
});

it("has the waste of chosen stores below their figures", async () => {
  page.show(<ReportsPage staff={staff(ADMIN)} />);
  await settle();
  expect(page.all("[data-testid=report-waste]")).toEqual([]);
  await page.write("[data-testid=report-store]", "de-1");
  await tap("[data-testid=report-add]");
  await settle();
  const cells = page.all("[data-testid=report-waste-table] td").map((one) => one.textContent);
  expect(cells).toEqual(["2", "€4.00", "2", "0", "0", "0"]);
  expect(page.all("[data-testid=csv-waste]")).toHaveLength(1);
});

it("reads many records in parts that add up", async () => {
  answers.StoreWaste = ({ from }) => ({
    storeWaste:
      from === "2026-04-28"
        ? wasteOf({ "2026-04-28": 1 }, "2026-04-29")
        : wasteOf({ "2026-05-04": 2 }),
  });
  page.show(<FiguresPage storeId="de-1" staff={staff(ADMIN)} />);
  await settle();
  await tap("input[value=week]");
  await settle();
  expect(text("[data-testid=waste-pieces]")).toContain("3");
  expect(text("[data-testid=waste-items]")).toContain("€8.00 · Pieces: 4");
});

const comma = { separator: ";", point: "," } as const;

it("writes files with a column for each reason", () => {
  const waste: Waste = wasteOf({ "2026-05-03": 0, "2026-05-04": 2 });
  expect(wasteDaysFile([waste], comma)).toBe(
    "\uFEFFstore_id;store;day;complete;pieces;value;expired;damaged;mistake;other;currency\r\n" +
      "de-1;Carte Berlin;2026-05-03;yes;0;0,00;0;0;0;0;EUR\r\n" +
      "de-1;Carte Berlin;2026-05-04;yes;2;4,00;2;0;0;0;EUR\r\n",
  );
  expect(wasteItemsFile(waste, () => "=1+1", comma).split("\r\n")[1]).toBe(
    "de-1;Carte Berlin;2026-05-03;2026-05-04;ring;'=1+1;2;4,00;2;0;0;0;EUR",
  );
});

it("adds reasons up, and sorts items by value", () => {
  const one = wasteOf({ "2026-05-03": 1 });
  const next = { ...one, items: [{ itemId: "latte", ...sum(9, 900) }, ...one.items] };
  const found = joined(one, next);
  expect(found.items.map(({ itemId, pieces }) => [itemId, pieces])).toEqual([
    ["latte", 9],
    ["ring", 4],
  ]);
  const other = { reason: "OTHER" as const, pieces: 1, value: amount(5) };
  expect(sumOf([sum(2, 400), { pieces: 1, value: amount(5), reasons: [other] }])).toEqual({
    pieces: 3,
    value: amount(405),
    reasons: [{ reason: "EXPIRED", pieces: 2, value: amount(400) }, other],
  });
});
