// @vitest-environment happy-dom
// The keyboard's place: an action that takes its own buttons away leaves the focus in the page.
import type { ComponentChild } from "preact";
import { expect, it, vi } from "vitest";
import { AskTwice } from "../src/shell/ask-twice.tsx";
import { pageOfEachTest } from "./support/page.ts";

const page = pageOfEachTest();

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

const pressedYes = async (what: ComponentChild, then: ComponentChild) => {
  page.show(what);
  await page.press("[data-testid=ask]");
  page.one("[data-testid=ask-yes]").focus();
  page.show(then);
  await Promise.resolve();
};

it("goes on with the button that comes in the place of the question", async () => {
  const before = <button type="button">Another one</button>;
  await pressedYes(
    <section>
      {before}
      <p>Open</p>
      <div key="close">{ask}</div>
      <button type="button">Below</button>
    </section>,
    <section>
      {before}
      <p>Closed</p>
      <button type="button" key="open">
        Open again
      </button>
      <button type="button">Below</button>
    </section>,
  );
  expect(document.activeElement?.textContent).toBe("Open again");
});

it("goes on with what changed where no button comes, and the Tab key does not stop there later", async () => {
  const roles = (taken: boolean) => (
    <ul>
      <li>
        Till
        {taken ? <s>taken</s> : ask}
      </li>
      <li>
        <button type="button">Take the other role</button>
      </li>
    </ul>
  );
  await pressedYes(roles(false), roles(true));
  expect(document.activeElement?.textContent).toBe("Tilltaken");
  (document.activeElement as HTMLElement).blur();
  expect(page.all("[tabindex]")).toEqual([]);
});

it("leaves the focus to whoever took it meanwhile", async () => {
  const field = <input key="field" />;
  page.show([field, <div key="ask">{ask}</div>]);
  await page.press("[data-testid=ask]");
  page.one("[data-testid=ask-yes]").focus();
  page.show([field]);
  page.one("input").focus();
  await Promise.resolve();
  expect(document.activeElement).toBe(page.one("input"));
});

it("stays where it is when the question goes without it", async () => {
  const field = <input key="field" />;
  page.show([field, <div key="ask">{ask}</div>]);
  page.one("input").focus();
  page.show([field]);
  expect(document.activeElement).toBe(page.one("input"));
});
