// Whether texts say something, in one language.
import { expect } from "vitest";

/** Expect every text to be there, and each that is a function to contain what it is given. */
export function saysEverything(language: string, texts: object): void {
  for (const [name, text] of Object.entries(texts)) {
    const count = typeof text === "function" ? text.length : 0;
    const given = ["3", "4", "5"].slice(0, count);
    const result = typeof text === "function" ? text(...given) : text;
    for (const one of typeof result === "string" ? [result] : Object.values(result)) {
      if (typeof one === "function") {
        saysEverything(`${language}.${name}`, result);
        break;
      }
      expect(one, `${language}.${name}`).toMatch(/\S/);
      for (const value of given) expect(one, `${language}.${name}`).toContain(value);
    }
  }
}
