// @vitest-environment happy-dom
// What screen readers hear of a change of page: its title, once.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { navigate, startRouting } from "../src/routing.ts";
import { usePageHead } from "../src/shell/page-head.ts";
import { Site } from "../src/shell/site.tsx";
import { answerOperations, openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  vi.stubGlobal("scrollTo", () => undefined);
  answerOperations({});
  history.replaceState(null, "", "/");
  page = openPage();
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
});

const announced = () => page.one("[data-testid=arrival]").textContent;

it("says the title of a page that a link led to, not that of the one that was opened", async () => {
  startRouting();
  page.show(<Site />);
  await vi.waitFor(() => expect(document.title).toBe("Find a store · carte"));
  expect(announced()).toBe("");
  await act(() => navigate("/privacy"));
  await vi.waitFor(() => expect(announced()).toBe("Privacy and contact"));
});

function Titled({ title, early = false }: { title: string; early?: boolean }) {
  usePageHead({ title, early });
  return null;
}

it("waits for the title of a page that is on its way, and says no later one", async () => {
  startRouting();
  page.show(<Site />);
  await act(() => navigate("/imprint"));
  await vi.waitFor(() => expect(announced()).toBe("Imprint"));
  const other = openPage();
  await act(() => history.pushState(null, "", "/order/abcd"));
  other.show(<Titled title="" />);
  expect(document.title).toBe("carte");
  other.show(<Titled title="Order ABCD" early />);
  expect(document.title).toBe("Order ABCD · carte");
  expect(announced()).toBe("Imprint");
  await other.show(<Titled title="Waiting for the store" />);
  await vi.waitFor(() => expect(announced()).toBe("Waiting for the store"));
  await other.show(<Titled title="The store is making it" />);
  expect(document.title).toBe("The store is making it · carte");
  expect(announced()).toBe("Waiting for the store");
  other.close();
});
