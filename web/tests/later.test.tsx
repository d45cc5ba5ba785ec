// @vitest-environment happy-dom
// Pages whose code is loaded later: a browser that remembers that it could not is helped by a reload alone.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { later } from "../src/shell/later.tsx";
import { unsaved } from "../src/unsaved.ts";
import { openPage } from "./support/page.ts";

const PAGE = '<html lang="en"><div id="app"></div>';
const answered = (text: string, status = 200) => ({ status, text: async () => text }) as Response;
let page: ReturnType<typeof openPage>;
let site: () => Promise<Response>;
const load = vi.fn<() => Promise<() => null>>();
const reload = vi.fn();
const fetches = vi.fn();
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-05-04T10:00:00Z") });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.spyOn(location, "reload").mockImplementation(reload);
  vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
    fetches(address, init.cache);
    return site();
  });
  sessionStorage.clear();
  load.mockReset().mockRejectedValue(new TypeError("cannot be loaded, as before"));
  reload.mockReset();
  fetches.mockReset();
  site = async () => answered(PAGE);
  page = openPage();
});
afterEach(() => {
  page.close();
  unsaved.length = 0;
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Let time pass by steps of three seconds: an attempt begins, and then has an outcome, after a rendering. */
async function pass(milliseconds: number) {
  for (let left = milliseconds; left >= 0; left -= 3000) {
    for (const step of [Math.min(left, 3000), 0]) {
      await act(async () => {
        await vi.advanceTimersByTimeAsync(step);
      });
    }
  }
}
/** Open a page whose code cannot be loaded, for the first time in a document. */
async function open() {
  const Page = later(load);
  page.show(<Page />);
  await pass(0);
}
/** As a reload does, before which nothing of the document is left. */
function leave() {
  page.show(null);
  page.close();
  page = openPage();
}

it("loads the page anew where the site answers and its code still cannot be loaded", async () => {
  await open();
  expect(fetches).not.toHaveBeenCalled();
  await pass(3000);
  expect(load).toHaveBeenCalledTimes(2);
  expect(fetches.mock.calls).toEqual([["/index.html", "no-store"]]);
  expect(reload).toHaveBeenCalledTimes(1);
});

it.each([
  ["does not answer", () => Promise.reject(new TypeError("no connection"))],
  ["fails", async () => answered(PAGE, 503)],
  ["is not what answers", async () => answered("<html>Sign in to this network")],
])("leaves the page while the site %s", async (_, answer) => {
  site = answer;
  await open();
  await pass(3000);
  expect(fetches).toHaveBeenCalledTimes(1);
  expect(reload).not.toHaveBeenCalled();
  site = async () => answered(PAGE);
  await pass(6000);
  expect(reload).toHaveBeenCalledTimes(1);
});

it("does not load again and again by itself, but does so where the guest asks for it", async () => {
  await open();
  await pass(3000);
  expect(reload).toHaveBeenCalledTimes(1);
  leave();
  await open();
  await pass(60_000);
  expect(load.mock.calls.length).toBeGreaterThan(4);
  expect(reload).toHaveBeenCalledTimes(1);
  await page.press("[data-testid=failure] button");
  await pass(0);
  expect(reload).toHaveBeenCalledTimes(2);
  leave();
  await open();
  await pass(5 * 60_000);
  expect(reload).toHaveBeenCalledTimes(3);
});

it("does not load again by itself where it could not remember that", async () => {
  vi.stubGlobal("sessionStorage", undefined);
  await open();
  await pass(60_000);
  expect(reload).not.toHaveBeenCalled();
  await page.press("[data-testid=failure] button");
  await pass(0);
  expect(reload).toHaveBeenCalledTimes(1);
});

it("does not take away by itself what was typed and is not saved", async () => {
  unsaved.push(() => true);
  await open();
  await pass(60_000);
  expect(reload).not.toHaveBeenCalled();
  await page.press("[data-testid=failure] button");
  await pass(0);
  expect(reload).toHaveBeenCalledTimes(1);
});

it("does nothing more once the page is left, or there", async () => {
  let answer = (_: Response) => {};
  site = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await open();
  await pass(3000);
  expect(fetches).toHaveBeenCalledTimes(1);
  leave();
  answer(answered(PAGE));
  await pass(0);
  load.mockResolvedValue(() => null);
  await open();
  await pass(60_000);
  expect(reload).not.toHaveBeenCalled();
});
