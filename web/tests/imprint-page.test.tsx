// @vitest-environment happy-dom
// The imprint says at once that it cannot be loaded, and loads again by itself.
import { expect, it, vi } from "vitest";
import { ImprintPage } from "../src/about/imprint-page.tsx";
import { pageOfEachTest } from "./support/page.ts";

const page = pageOfEachTest();

it("says that it cannot be loaded until it can", async () => {
  let up = false;
  vi.stubGlobal("fetch", async () => {
    if (!up) throw new TypeError("no network");
    return new Response(JSON.stringify({ name: "Carte GmbH" }));
  });
  page.show(<ImprintPage />);
  await page.shown("[data-testid=failure]");
  up = true;
  await vi.waitFor(() => {
    dispatchEvent(new Event("online"));
    expect(page.root.textContent).toContain("Carte GmbH");
  });
  expect(page.all("[data-testid=failure]")).toEqual([]);
});
