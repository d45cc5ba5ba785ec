// The pictures: one for every catalog item, small, self-contained, and no two alike.
import { expect, test } from "vitest";
import { drawPicture, type Looks, lookFor } from "../pictures/index.ts";
import looksFile from "../pictures/looks.json";
import { allPictures } from "../pictures/plugin.ts";

const looks = looksFile as unknown as Looks;
const pictures = allPictures();
const nameless = (svg: string): string => svg.replaceAll(/p[0-9a-z]{1,5}_/g, "");

test("every catalog item has a look of its own, and there are no others", () => {
  expect([...pictures.keys()].sort()).toEqual(Object.keys(looks).sort());
  expect(new Set(Object.values(looks).map((look) => JSON.stringify(look))).size).toBe(
    pictures.size,
  );
});

test.each([...pictures])("%s is a small, self-contained, well-formed SVG", (_id, svg) => {
  expect(svg.length).toBeLessThan(12_000);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 400 300">/);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|<image|<text|data:|\bon\w+=/);
  const defined = new Set([...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  const used = [...svg.matchAll(/(?:href="|url\()(#?)([^")]+)/g)];
  expect(used.filter(([, hash, id]) => hash !== "#" || !defined.has(id))).toEqual([]);
  const open: string[] = [];
  for (const [, closing, name = "", single] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (closing === "/") {
      expect(open.pop()).toBe(name);
    } else if (single !== "/") {
      open.push(name);
    }
  }
  expect(open).toEqual([]);
});

test("no two pictures are equal, and drawing again gives the same text", () => {
  expect(new Set([...pictures.values()].map(nameless)).size).toBe(pictures.size);
  expect([...allPictures()]).toEqual([...pictures]);
});

const imported = [
  ["boston-kreme", "Boston Kreme", "donuts", "donut"],
  ["x1", "Large Iced Latte", "Drinks", "drink"],
  ["x2", "Bacon, Egg & Cheese Bagel", "Breakfast", "bite"],
  ["x3", "Dozen Assorted", "Boxes", "box"],
  ["x4", "ミステリー", "その他", "donut"],
  ["", "", "", "donut"],
] as const;

test.each(imported)(
  "an item nobody drew (%s %s) gets a plausible look",
  (id, name, category, kind) => {
    const look = lookFor(id, name, category);
    expect(look.kind).toBe(kind);
    expect(look).toEqual(lookFor(id, name, category));
    expect(drawPicture(id, look)).not.toMatch(/NaN|undefined/);
  },
);
