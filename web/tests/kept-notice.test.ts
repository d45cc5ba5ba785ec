// Why an older menu is shown is said as it is: no network, no answer, a fault, or too many requests.
import { afterEach, expect, it, vi } from "vitest";
import { ENGLISH } from "../src/i18n/language.ts";
import { keptReason } from "../src/menu/kept-notice.tsx";
import { failureText } from "../src/shell/notice.tsx";

afterEach(() => vi.unstubAllGlobals());
const reasonOf = (because: Parameters<typeof keptReason>[0], onLine = true) => {
  vi.stubGlobal("navigator", { onLine });
  return keptReason(because, ENGLISH.say);
};

it("speaks of the connection only where the device has none", () => {
  expect(reasonOf(undefined, false)).toBe("There is no connection.");
  expect(reasonOf({ kind: "network" })).toContain("does not answer");
  expect(reasonOf({ kind: "timeout" })).toContain("does not answer");
  expect(reasonOf(undefined)).toContain("does not answer");
  // What stands before the service answered in its place.
  expect(reasonOf({ kind: "http", status: 403 })).toContain("does not answer");
  expect(reasonOf({ kind: "http", status: 511 })).toContain("does not answer");
});

it("does not blame the service for what a network or a firewall answers in its place", () => {
  for (const status of [200, 403, 407, 511]) {
    const text = failureText({ kind: "http", status }, ENGLISH.say);
    expect(text).toBe(`${ENGLISH.say.networkFailure} (${status})`);
  }
  for (const status of [429, 503]) {
    expect(failureText({ kind: "http", status }, ENGLISH.say)).toContain("in trouble");
  }
});

it("says that the service is in trouble or busy where it answered so", () => {
  expect(reasonOf({ kind: "http", status: 503 })).toContain("in trouble");
  expect(reasonOf({ kind: "http", status: 429 })).toContain("busy");
  const retryable = { kind: "graphql", detail: "", code: undefined, retryable: true } as const;
  expect(reasonOf(retryable)).toContain("in trouble");
});
