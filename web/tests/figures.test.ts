// Figures of a period are read in as many requests as it takes, and add up.
import { afterEach, expect, it, vi } from "vitest";
import type { CarteOperation } from "../clients/carte.ts";
import { daysFile, itemsFile } from "../src/staff/figures/figure-files.ts";
import {
  type DayFigures,
  type Period,
  readFigures,
  totalsOf,
} from "../src/staff/figures/figures.ts";
import { isSpan } from "../src/staff/figures/period-choice.tsx";
import { figuresOf, STORE } from "./support/figures.ts";

afterEach(() => vi.unstubAllGlobals());

const POINT = { separator: ",", point: "." } as const;

function reader(period: Period, answers: readonly unknown[], today?: string) {
  const requests: unknown[] = [];
  const send = async ({ variables = {} }: CarteOperation) => {
    const data = { storeFigures: answers[requests.length] };
    requests.push(variables);
    return { status: 200, headers: new Headers(), body: { data }, variables };
  };
  const signal = new AbortController().signal;
  const wanted = { storeId: "de-1", period, send: send as never, today };
  return { requests, read: () => readFigures(wanted, signal) };
}

it("asks for the rest of a period, and adds up what one item brought", async () => {
  const { requests, read } = reader({ from: "2026-05-01", to: "2026-05-03" }, [
    figuresOf({ "2026-05-01": 200, "2026-05-02": 100 }, { ring: 2, latte: 1 }, "2026-05-03"),
    figuresOf({ "2026-05-03": 400 }, { latte: 5, tea: 1 }),
  ]);
  const outcome = await read();
  if (!outcome.ok) throw new Error("it was not read");
  const { days, items } = outcome.data;
  expect(requests).toEqual([
    { storeId: "de-1", from: "2026-05-01", to: "2026-05-03" },
    { storeId: "de-1", from: "2026-05-03", to: "2026-05-03" },
  ]);
  expect(days.map(({ day }) => day)).toEqual(["2026-05-01", "2026-05-02", "2026-05-03"]);
  expect(items.map(({ itemId, pieces }) => [itemId, pieces])).toEqual([
    ["latte", 6],
    ["ring", 2],
    ["tea", 1],
  ]);
  expect(totalsOf(days).amounts.revenue).toBe(700);
  expect(totalsOf(days).orders.placed).toBe(3);
});

it("ends where the service would not go on", async () => {
  const stuck = figuresOf({ "2026-05-01": 1 }, {}, "2026-05-01");
  const { requests, read } = reader({ from: "2026-05-01", to: "2026-05-03" }, [
    stuck,
    stuck,
    stuck,
  ]);
  expect((await read()).ok).toBe(true);
  expect(requests).toHaveLength(1);
});

it("takes today by the store's calendar, also where it was another day", async () => {
  const now = figuresOf({ "2026-05-04": 1 }, {});
  const { requests, read } = reader({ days: 7 }, [now, now], "2026-05-03");
  await read();
  expect(requests).toEqual([
    { storeId: "de-1", from: "2026-04-27", to: "2026-05-03" },
    { storeId: "de-1", from: "2026-04-28", to: "2026-05-04" },
  ]);
  const unknown = reader({ days: 7 }, [now, now]);
  await unknown.read();
  expect(unknown.requests).toEqual([
    { storeId: "de-1", from: null, to: null },
    { storeId: "de-1", from: "2026-04-28", to: "2026-05-04" },
  ]);
  const one = reader({ days: 1 }, [now]);
  await one.read();
  expect(one.requests).toEqual([{ storeId: "de-1", from: null, to: null }]);
});

it("names the days that are not complete", () => {
  const [day] = figuresOf({ "2026-05-01": 1 }, {}).days;
  const some = [day, { ...(day as DayFigures), day: "2026-05-02", complete: false }];
  expect(totalsOf(some as DayFigures[]).incomplete).toEqual(["2026-05-02"]);
});

it("writes a row for each day, and one for each item of all days", () => {
  const figures = figuresOf({ "2026-05-01": 250, "2026-05-02": 0 }, { ring: 2, "=x": 1 });
  const store = { ...STORE, name: "=Carte, Berlin" };
  const days = daysFile([{ ...figures, store }], POINT).split("\r\n");
  expect(days[0]).toBe(
    "\uFEFFstore_id,store,day,complete,orders,waiting,in_work,collected,refunded_orders,cancelled,rejected,expired,revenue,tax,charged,refunds,other_refunds,expected,currency",
  );
  expect(days[1]).toBe(
    'de-1,"\'=Carte, Berlin",2026-05-01,yes,1,0,0,1,0,0,0,0,2.50,0.25,0.00,0.00,0.00,0.00,EUR',
  );
  expect(days).toHaveLength(4);
  const items = itemsFile(figures, (id) => `the ${id}`, POINT).split("\r\n");
  expect(items[1]).toBe("de-1,Carte Berlin,2026-05-01,2026-05-02,ring,the ring,2,2.00,0.20,EUR");
  expect(items[2]).toContain(",'=x,the =x,1,");
});

it("knows which spans the service answers", () => {
  expect(isSpan("2026-05-01", "2026-05-31")).toBe(true);
  expect(isSpan("2026-05-01", "2026-06-01")).toBe(false);
  expect(isSpan("2026-05-02", "2026-05-01")).toBe(false);
  expect(isSpan("", "2026-05-01")).toBe(false);
});
