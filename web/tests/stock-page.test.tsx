// @vitest-environment happy-dom
// The page about a store's stock has a row for all that the store lists, whatever the time.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { CarteOperation } from "../clients/carte.ts";
import type { Staff } from "../src/staff/account/staff.ts";
import { StockPage } from "../src/staff/stock/stock-page.tsx";
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
