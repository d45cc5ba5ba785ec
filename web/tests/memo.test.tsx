// @vitest-environment happy-dom
// A component that is rendered again for other props only, and for what it reads itself.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { expect, it, vi } from "vitest";
import { memo } from "../src/shell/memo.ts";
import { pageOfEachTest } from "./support/page.ts";

const page = pageOfEachTest();

const Language = createContext("en");
const rendered = vi.fn();
const Card = memo(function Card({ name, more }: { name: string; more?: string }) {
  rendered();
  return (
    <p>
      {useContext(Language)} {name} {more}
    </p>
  );
});

it("renders again for another value, one more and one less, and for what it reads itself", () => {
  const showing = (language: string, card: { name: string; more?: string }) => {
    rendered.mockClear();
    page.show(
      <Language.Provider value={language}>
        <Card {...card} />
      </Language.Provider>,
    );
    return [rendered.mock.calls.length, page.one("p").textContent?.trim()];
  };
  expect(showing("en", { name: "ring" })).toEqual([1, "en ring"]);
  expect(showing("en", { name: "ring" })).toEqual([0, "en ring"]);
  expect(showing("en", { name: "disc" })).toEqual([1, "en disc"]);
  expect(showing("en", { name: "disc", more: "new" })).toEqual([1, "en disc new"]);
  expect(showing("en", { name: "disc" })).toEqual([1, "en disc"]);
  expect(showing("de", { name: "disc" })).toEqual([1, "de disc"]);
});
