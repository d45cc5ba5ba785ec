// Why an older menu is shown is said as it is: no network, no answer, a fault, or too many requests.
import { afterEach, expect, it, vi } from "vitest";
import { ENGLISH } from "../src/i18n/language.ts";
import { keptReason } from "../src/menu/kept-notice.tsx";

afterEach(() => vi.unstubAllGlobals());
const said = (because: Parameters<typeof keptReason>[0], onLine = true) => {
  vi.stubGlobal("navigator", { onLine });
  return keptReason(because, ENGLISH.say);
};

it("speaks of the connection only where the device has none", () => {
  expect(said(undefined, false)).toBe("There is no connection.");
  expect(said({ kind: "network" })).toContain("does not answer");
  expect(said({ kind: "timeout" })).toContain("does not answer");
  expect(said(undefined)).toContain("does not answer");
});

it("says that the service is in trouble or busy where it answered so", () => {
  expect(said({ kind: "http", status: 503 })).toContain("in trouble");
  expect(said({ kind: "http", status: 429 })).toContain("busy");
  const retryable = { kind: "graphql", detail: "", code: undefined, retryable: true } as const;
  expect(said(retryable)).toContain("in trouble");
});
