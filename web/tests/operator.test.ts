// The imprint states what the deployment says of its operator, and nothing else.
import { afterEach, expect, it, vi } from "vitest";
import { IMPRINT } from "../src/about/imprint-texts.ts";
import { loadOperator, operatorOf } from "../src/about/operator.ts";

afterEach(() => vi.unstubAllGlobals());

it("leaves out what is empty, unknown or no text", () => {
  const content = {
    name: " Example Ltd ",
    address: "1 Street\nCity",
    phone: "  ",
    vat_id: 7,
    x: "y",
  };
  expect(operatorOf(content)).toEqual({ name: "Example Ltd", address: "1 Street\nCity" });
  for (const broken of [null, undefined, [], "text", 5]) expect(operatorOf(broken)).toEqual({});
});

it("takes a missing file for no statement, and a fault for a reason to try again", async () => {
  vi.stubGlobal("fetch", async () => new Response("<html>", { status: 404 }));
  expect(await loadOperator()).toEqual({});
  vi.stubGlobal("fetch", async () => new Response("<html>", { status: 200 }));
  expect(await loadOperator()).toEqual({});
  for (const status of [403, 407, 429, 503]) {
    vi.stubGlobal("fetch", async () => new Response("", { status }));
    await expect(loadOperator()).rejects.toThrow(String(status));
  }
});

it("names the table of the deployment file in every language", () => {
  for (const { remedy } of Object.values(IMPRINT)) expect(remedy).toContain("[operator]");
});
