// @vitest-environment happy-dom
// The page about prices shows all that the store lists, whatever the time: also what is sold at breakfast only.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteAnswer, CarteOperation } from "../clients/carte.ts";
import type { Staff } from "../src/staff/account/staff.ts";
import { PricesPage } from "../src/staff/prices/prices-page.tsx";
import { en } from "../src/staff/prices/texts/en.ts";
import { LISTED, MENUS } from "./support/dayparts.ts";
import { answerOperations, openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const role = { name: "", role: "MANAGER", storeId: "de-1", market: null };

function open(answers: typeof MENUS = MENUS) {
  answerOperations({});
  const send = vi.fn(async ({ operationName = "", variables = {} }: CarteOperation) => {
    const data = answers[operationName]?.(variables);
    const body = data === undefined ? undefined : { data };
    const status = data === undefined ? 503 : 200;
    return { status, headers: new Headers(), body, variables } as CarteAnswer;
  });
  const staff = { id: "ada", roles: [role], send, settings: {} } as unknown as Staff;
  page.show(<PricesPage storeId="de-1" staff={staff} />);
  return send;
}
const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms).then(() => undefined));
const rows = () => page.all("[data-testid=price-row]").map(({ dataset }) => dataset.item);
const preview = () => page.one("[data-testid=preview]").textContent;

it.each([
  ["at breakfast", "2026-05-04T07:00:00Z"],
  ["in the afternoon", "2026-05-04T12:00:00Z"],
  ["at night", "2026-05-04T01:00:00Z"],
])("raises the prices of all that is listed %s", async (_, now) => {
  vi.setSystemTime(new Date(now));
  open();
  await wait(0);
  expect(rows()).toEqual(["muffin", "ring"]);
  await page.write("[data-testid=percent]", "10");
  await page.press("[data-testid=set-percent]");
  expect(preview()).toContain("The muffin €5.00 → €5.50");
  expect(preview()).toContain("The ring €3.00 → €3.30");
});

it("says which percentages can be typed, and changes nothing by another one", async () => {
  vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
  open();
  await wait(0);
  await page.write("[data-testid=percent]", "1e1");
  await page.press("[data-testid=set-percent]");
  expect(page.one("[data-testid=percent-wrong]").textContent).toBe(en.wrongPercent("90"));
  expect(preview()).toBe("");
  await page.write("[data-testid=percent]", "-10");
  expect(page.one("[data-testid=percent-wrong]").textContent).toBe("");
  await page.press("[data-testid=set-percent]");
  expect(preview()).toContain("The muffin €5.00 → €4.50");
});

it("keeps what was typed for an item of breakfast when that ends", async () => {
  vi.setSystemTime(new Date("2026-05-04T08:59:50Z"));
  open();
  await wait(0);
  await page.write("[data-item=muffin] [data-testid=new-price]", "6.00");
  await wait(60_000);
  expect(preview()).toContain("The muffin €5.00 → €6.00");
});

it.each(["１.50", "1.50 €", "1 50"])(
  "says how a price is written where %s is typed",
  async (typed) => {
    vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
    open();
    await wait(0);
    await page.write("[data-item=muffin] [data-testid=new-price]", typed);
    const text = page.one("[data-item=muffin] .stock-wrong").textContent;
    expect(text).toContain("digits 0 to 9, with a point or comma before decimals: 3.50.");
  },
);

it("asks once for each reading, and for the time zone once", async () => {
  vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
  const send = open();
  await wait(90_000);
  const names = send.mock.calls.map(([{ operationName }]) => operationName);
  expect(names.filter((name) => name === "StoreZone")).toHaveLength(1);
  expect(names.filter((name) => name === "ListedItems").length).toBeGreaterThan(3);
  expect(new Set(names).size).toBe(2);
});

it("shows prices that somebody else changed", async () => {
  vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
  const muffin = { ...LISTED.muffin.price };
  open();
  await wait(0);
  LISTED.muffin.price.amountMinor = 700;
  await wait(30_000);
  expect(page.one("[data-item=muffin] td").textContent).toBe("€7.00");
  LISTED.muffin.price = muffin;
});

it("says that there is no such store", async () => {
  open({ StoreZone: () => ({ store: null }) });
  await wait(0);
  expect(page.one("[role=alert]").textContent).toBe("There is no such store");
});

it("ties what is wrong with a price to its field", async () => {
  vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
  open();
  await wait(0);
  const field = () => page.one("[data-item=muffin] [data-testid=new-price]");
  expect(field().getAttribute("aria-describedby")).toBeNull();
  await page.write("[data-item=muffin] [data-testid=new-price]", "x");
  const { id } = page.one("[data-item=muffin] .stock-wrong");
  expect(id).toBeTruthy();
  expect(field().getAttribute("aria-describedby")).toBe(id);
});
