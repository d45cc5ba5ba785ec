// @vitest-environment happy-dom
// A page whose code comes later is first drawn in its language: in English first it would move when its texts come.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ENGLISH, LanguageContext } from "../src/i18n/language.ts";
import { textLoader } from "../src/i18n/text-loader.ts";
import { useTexts } from "../src/i18n/use-texts.ts";
import { later } from "../src/shell/later.tsx";
import { openPage } from "./support/page.ts";

const german = { ...ENGLISH, code: "de" as const };
let page: ReturnType<typeof openPage>;
beforeEach(() => {
  vi.useFakeTimers();
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
});

/** A page of one word, and everything that was drawn in its place. */
function open(texts: () => Promise<{ texts: string }>) {
  const none = () => Promise.reject(new TypeError("not asked for"));
  const others = { fr: none, ja: none, es: none, it: none, nl: none, de: texts };
  const load = textLoader<string>("Orders", others);
  const drawn: string[] = [];
  function Word() {
    const text = useTexts(load, "Orders", () => "Orders");
    drawn.push(text);
    return <p>{text}</p>;
  }
  const Page = later<object>(async () => Word);
  page.show(
    <LanguageContext.Provider value={german}>
      <Page />
    </LanguageContext.Provider>,
  );
  return drawn;
}
const pass = (milliseconds: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });

it("is never drawn in English where its texts come", async () => {
  const drawn = open(
    () => new Promise((come) => setTimeout(() => come({ texts: "Bestellungen" }), 1000)),
  );
  await pass(999);
  expect(drawn).toEqual([]);
  await pass(10);
  expect(new Set(drawn)).toEqual(new Set(["Bestellungen"]));
});

it("is drawn in English where its texts cannot be loaded, or are long in coming", async () => {
  const failing = open(() => Promise.reject(new TypeError("no network")));
  await pass(10);
  expect(failing).toContain("Orders");
  const silent = open(() => new Promise(() => undefined));
  await pass(3900);
  expect(silent).toEqual([]);
  await pass(200);
  expect(silent).toContain("Orders");
});
