// @vitest-environment happy-dom
// The keyboard's place: an action that takes its own buttons away leaves the focus in the page.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AskTwice } from "../src/shell/ask-twice.tsx";
import { openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  page = openPage();
});
afterEach(() => page.close());

const ask = (
  <AskTwice label="Publish" question="Sure?" yes="Yes" no="No" onYes={vi.fn()} testId="ask" />
);

it("moves to the top of the page when the question goes with the focus in it", async () => {
  page.show(ask);
  page.one("[data-testid=ask]").focus();
  await page.press("[data-testid=ask]");
  expect(document.activeElement?.textContent).toBe("No");
  page.one("[data-testid=ask-yes]").focus();
  page.show(<p>Published</p>);
  expect(document.activeElement?.id).toBe("main");
});

it("stays where it is when the question goes without it", async () => {
  const field = <input key="field" />;
  page.show([field, <div key="ask">{ask}</div>]);
  page.one("input").focus();
  page.show([field]);
  expect(document.activeElement).toBe(page.one("input"));
});
