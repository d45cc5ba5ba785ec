// Back and Forward ask before they lead away from a page that is kept, and lead back to it where it is not meant.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pretendBrowser } from "./support/browser.ts";

interface Entry {
  address: string;
  state: unknown;
}

let browser: ReturnType<typeof pretendBrowser>;
let entries: Entry[];
let at: number;
let pending: (() => void)[];
let routing: typeof import("../src/routing.ts");
let answers: boolean[];
let shown: string[];

/** What a browser does for Back, Forward and `history.go`: later, as none of them waits for it. */
const go = (by: number) =>
  pending.push(() => {
    if (!entries[at + by]) return;
    at += by;
    browser.emit("popstate", { state: entries[at]?.state });
  });
const settle = () => {
  for (let next = pending.shift(); next; next = pending.shift()) next();
};

beforeEach(async () => {
  browser = pretendBrowser();
  entries = [{ address: "/staff", state: null }];
  at = 0;
  pending = [];
  vi.stubGlobal("history", {
    get state() {
      return entries[at]?.state;
    },
    replaceState: (state: unknown, _: string, address = entries[at]?.address ?? "") => {
      entries[at] = { address, state };
    },
    pushState: (state: unknown, _: string, address: string) => {
      entries = [...entries.slice(0, ++at), { address, state }];
    },
    go,
  });
  vi.stubGlobal("location", {
    get pathname() {
      return entries[at]?.address.split("#")[0];
    },
    get hash() {
      return /#.*/.exec(entries[at]?.address ?? "")?.[0] ?? "";
    },
    search: "",
  });
  vi.stubGlobal("scrollY", 0);
  vi.stubGlobal("scrollTo", () => undefined);
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
  vi.resetModules();
  routing = await import("../src/routing.ts");
  routing.startRouting();
  shown = [];
  routing.currentRoute.watch(() => shown.push(location.pathname));
  for (const path of ["/staff/de-1", "/staff/de-1/stock", "/staff/de-1/prices"]) {
    routing.navigate(path);
  }
  shown.length = 0;
  answers = [];
  routing.leaving.isMeant = () => answers.shift() ?? true;
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([-1, -2, -3])("stays on the page where leaving it is not meant (%s)", (by) => {
  answers = [false];
  go(by);
  settle();
  expect([at, shown, answers]).toEqual([3, [], []]);
  // Asked anew the next time, and followed.
  answers = [true];
  go(by);
  settle();
  expect([at, shown.length]).toEqual([3 + by, 1]);
});

it("stays also where Forward leads away", () => {
  go(-2);
  settle();
  answers = [false];
  go(2);
  settle();
  expect([at, shown]).toEqual([1, ["/staff/de-1"]]);
});

it("asks once where Back is pressed twice before the page is back", () => {
  answers = [false];
  go(-1);
  go(-1);
  settle();
  expect([at, shown, answers]).toEqual([3, [], []]);
});

it("asks nothing where Back stays on the page", () => {
  // As a link within the page does: the browser makes an entry without a state.
  entries.push({ address: "/staff/de-1/prices#main", state: null });
  go(1);
  settle();
  answers = [false];
  go(-1);
  settle();
  expect([at, answers]).toEqual([3, [false]]);
  // The entry of the link is known by now.
  go(1);
  settle();
  go(-2);
  settle();
  expect([at, answers]).toEqual([4, []]);
});

it("counts no entry where a link within the page is pressed again", () => {
  entries.push({ address: "/staff/de-1/prices#main", state: null });
  go(1);
  settle();
  // The browser puts the new entry in place of the equal one.
  entries[at] = { address: "/staff/de-1/prices#main", state: null };
  browser.emit("popstate", { state: null });
  expect(entries[at]?.state).toMatchObject({ entry: 4 });
  answers = [false];
  go(-3);
  settle();
  expect([at, answers]).toEqual([4, []]);
});
