// @vitest-environment happy-dom
// The page about a store's stock has a row for all that the store lists, whatever the time.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteOperation } from "../clients/carte.ts";
import type { Staff } from "../src/staff/account/staff.ts";
import { PiecesField } from "../src/staff/stock/pieces-field.tsx";
import { StockPage } from "../src/staff/stock/stock-page.tsx";
import { en } from "../src/staff/stock/texts/en.ts";
import { MENUS } from "./support/dayparts.ts";
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

const store = {
  id: "de-1",
  name: "Carte Berlin",
  timeZone: "Europe/Berlin",
  market: { id: "de" },
};

it("shows in the afternoon what is sold at breakfast and was never counted", async () => {
  vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
  const answers: typeof MENUS = {
    ...MENUS,
    StockOfStore: () => ({ inventory: { store, lines: [], unknown: [] } }),
  };
  answerOperations(answers);
  const send = async ({ operationName = "", variables = {} }: CarteOperation) => {
    const data = answers[operationName]?.(variables);
    return { status: 200, headers: new Headers(), body: { data }, variables };
  };
  const staff = { id: "ada", roles: [], send, settings: {} } as unknown as Staff;
  page.show(<StockPage storeId="de-1" staff={staff} />);
  await act(() => vi.advanceTimersByTimeAsync(1000).then(() => undefined));
  const names = page.all("tbody th").map(({ textContent }) => textContent);
  expect(names).toEqual(["The muffin", "The ring"]);
});

it("has screen readers hear of a lost connection and of its return, not of each reading", async () => {
  vi.setSystemTime(new Date("2026-05-04T12:00:00Z"));
  let works = true;
  const answers: typeof MENUS = {
    ...MENUS,
    StockOfStore: () => (works ? { inventory: { store, lines: [], unknown: [] } } : undefined),
  };
  answerOperations(answers);
  const send = async ({ operationName = "", variables = {} }: CarteOperation) => {
    const data = answers[operationName]?.(variables);
    const status = data === undefined ? 503 : 200;
    return { status, headers: new Headers(), body: data && { data }, variables };
  };
  const staff = { id: "ada", roles: [], send, settings: {} } as unknown as Staff;
  page.show(<StockPage storeId="de-1" staff={staff} />);
  const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms).then(() => undefined));
  const announced = () =>
    page.all(".stock-head [role=status]").map(({ textContent }) => textContent);
  const shown = () => page.one(".stock-head p").textContent;
  await wait(1000);
  const first = shown();
  expect(announced()).toEqual([""]);
  await wait(8000);
  expect(shown()).not.toBe(first);
  expect(announced()).toEqual([""]);
  works = false;
  await wait(8000);
  expect(announced()).toEqual([shown()]);
  expect(shown()).toMatch(/^No connection/);
  works = true;
  await wait(60_000);
  const [back] = announced();
  expect(back).toMatch(/^Live, as of/);
  await wait(8000);
  expect(announced()).toEqual([back]);
});

it("says how many pieces there are where a button changes them", async () => {
  const typed = vi.fn();
  const given = {
    texts: en,
    label: "Pieces",
    least: 0,
    most: 9,
    onValue: typed,
    unreadable: false,
  };
  const field = { current: null };
  page.show(<PiecesField {...given} wrongId="wrong" value="3" field={field} />);
  expect(page.one("[role=status]").textContent).toBe("");
  await page.press("button:last-of-type");
  expect(typed).toHaveBeenCalledWith("4");
  expect(page.one("[role=status]").textContent).toBe("4");
});
