// Each entry of the history has the position of its page, so that Back and Forward find it.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { navigate } from "../src/routing.ts";
import { returnTo, startScrolling } from "../src/scrolling.ts";
import { pretendBrowser } from "./support/browser.ts";

interface Entry {
  address: string;
  state: unknown;
}

let browser: ReturnType<typeof pretendBrowser>;
let entries: Entry[];
let frames: (() => void)[];

const scrollTo = ({ top }: { top: number }) => vi.stubGlobal("scrollY", top);
const runFrames = () => {
  for (const frame of frames.splice(0)) frame();
};

beforeEach(() => {
  vi.useFakeTimers();
  browser = pretendBrowser();
  entries = [{ address: "/store/a", state: null }];
  frames = [];
  const write = (state: unknown, address: string) => {
    entries[entries.length - 1] = { address: address || (entries.at(-1)?.address ?? ""), state };
  };
  vi.stubGlobal("history", {
    get state() {
      return entries.at(-1)?.state;
    },
    replaceState: (state: unknown, _: string, address = "") => write(state, address),
    pushState: (state: unknown, _: string, address: string) => {
      entries.push({ address: "", state: null });
      write(state, address);
    },
  });
  vi.stubGlobal("location", {
    get pathname() {
      return entries.at(-1)?.address.split(/[?#]/)[0];
    },
    search: "",
    get hash() {
      return /#.*/.exec(entries.at(-1)?.address ?? "")?.[0] ?? "";
    },
  });
  vi.stubGlobal("window", {});
  vi.stubGlobal("scrollY", 0);
  vi.stubGlobal("scrollTo", scrollTo);
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => {
    if (id > 0) frames[id - 1] = () => undefined;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("gives each new entry a position, and notes that of the page that is left", () => {
  vi.stubGlobal("scrollY", 700);
  navigate("/store/b");
  expect(entries).toMatchObject([
    { address: "/store/a", state: { scroll: 700 } },
    { address: "/store/b", state: { scroll: 0 } },
  ]);
  expect(scrollY).toBe(0);
});

it("shows another page from its top also where it takes the place of the one before", () => {
  vi.stubGlobal("scrollY", 700);
  navigate("/order/b", true);
  expect(entries).toMatchObject([{ address: "/order/b", state: { scroll: 0 } }]);
  expect(scrollY).toBe(0);
});

it("stays where it is while the address of the same page changes", () => {
  vi.stubGlobal("scrollY", 700);
  navigate("/store/a?q=x", true);
  navigate("/store/a?q=y");
  expect(scrollY).toBe(700);
  expect(entries.at(-1)).toMatchObject({ address: "/store/a?q=y", state: { scroll: 700 } });
});

it("notes positions also in browsers that do not say when scrolling ended", () => {
  startScrolling();
  runFrames();
  vi.stubGlobal("scrollY", 300);
  browser.emit("scroll");
  expect(entries.at(-1)?.state).not.toEqual({ scroll: 300 });
  vi.runAllTimers();
  expect(entries.at(-1)?.state).toEqual({ scroll: 300 });
});

it("does not note the position of one page for the next", () => {
  startScrolling();
  runFrames();
  browser.emit("scroll");
  navigate("/store/b");
  vi.stubGlobal("scrollY", 5);
  vi.runAllTimers();
  expect(entries.at(-1)?.state).toMatchObject({ scroll: 0 });
});

it("does not move a new page to where the page before was to return", () => {
  vi.stubGlobal("scrollTo", ({ top }: { top: number }) => {
    // The page before is still too short.
    vi.stubGlobal("scrollY", Math.min(top, 100));
  });
  returnTo({ scroll: 900 });
  runFrames();
  navigate("/order/b", true);
  runFrames();
  expect(scrollY).toBe(0);
});

it("shows the part of a new page that its address names, once the page has it", () => {
  const parts: Record<string, object> = {};
  vi.stubGlobal("document", { ...document, getElementById: (id: string) => parts[id] ?? null });
  vi.stubGlobal("scrollY", 700);
  navigate("/store/b#hot%20drinks");
  runFrames();
  expect(scrollY).toBe(0);
  parts["hot drinks"] = { scrollIntoView: () => vi.stubGlobal("scrollY", 400) };
  runFrames();
  expect(scrollY).toBe(400);
  vi.stubGlobal("scrollY", 500);
  runFrames();
  expect(scrollY).toBe(500);
});
