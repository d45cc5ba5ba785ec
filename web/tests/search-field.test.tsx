// @vitest-environment happy-dom
// The search of stores: what is typed becomes the address, and no key that comes in between is lost.
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { currentRoute, type HomeRoute, navigate, startRouting } from "../src/routing.ts";
import { SearchField } from "../src/stores/search-field.tsx";
import { useCell } from "../src/use-cell.ts";
import { answerOperations, openPage } from "./support/page.ts";

let page: ReturnType<typeof openPage>;
beforeEach(() => {
  vi.useFakeTimers();
  page = openPage();
  answerOperations({});
  startRouting();
  navigate("/");
  page.show(<Field />);
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const Field = () => <SearchField route={useCell(currentRoute) as HomeRoute} />;
const field = () => page.one("input") as HTMLInputElement;
const searched = () => (currentRoute.get() as HomeRoute).search;
const wait = () => act(() => vi.advanceTimersByTimeAsync(1000).then(() => undefined));

it("keeps a letter that is typed while its search becomes the address", async () => {
  await page.write("input", "par");
  // Without `act` effects wait for the next picture, as in a browser.
  vi.advanceTimersByTime(220);
  expect(searched()).toBe("par");
  await Promise.resolve();
  field().value = "pari";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await wait();
  expect(field().value).toBe("pari");
  expect(searched()).toBe("pari");
});

it("takes a search from outside, also the one that was typed before", async () => {
  await page.write("input", "par");
  await wait();
  expect(searched()).toBe("par");
  await act(() => navigate("/?q=rome"));
  expect(field().value).toBe("rome");
  await act(() => navigate("/?q=par"));
  expect(field().value).toBe("par");
  await wait();
  expect(searched()).toBe("par");
});

it("leaves the key that ends a composition to the browser, which in Safari comes after it", () => {
  const result = document.createElement("a");
  result.href = "/store/jp-00001";
  result.dataset.result = "";
  document.body.append(result);
  const takes = (keyCode: number): boolean => {
    const key = new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true });
    Object.defineProperty(key, "keyCode", { value: keyCode });
    field().dispatchEvent(key);
    return key.defaultPrevented;
  };
  expect([takes(229), takes(40)]).toEqual([false, true]);
  result.remove();
});
