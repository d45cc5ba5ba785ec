// Donuts that were cut: through the middle, or like a bun with a layer between.

import { DOUGHS, darker, lighter, mix } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import { type Random, randomFrom } from "../drawing/random.ts";
import { scatter } from "../drawing/scatter.ts";
import { around, blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DonutLook, Filling } from "../look.ts";
import type { Body } from "./dough.ts";
import { glint, specks } from "./filling.ts";
import { drawIcing } from "./icing.ts";
import { drawMound } from "./mound.ts";
import { drawRing } from "./ring.ts";

/** Cut through the middle: crust, crumb, and a full heart that begins to run. */
export function drawHalved(
  sheet: Sheet,
  random: Random,
  look: DonutLook,
  { colour, specks: inside }: Filling,
): Body {
  const body = drawMound(sheet, random, "ball", look.dough, false, [200, 142]);
  if (look.icing !== undefined) {
    drawIcing(sheet, body, look.icing);
  }
  const crust = DOUGHS[look.dough];
  const dark = look.dough === "cocoa" || look.dough === "velvet" || look.dough === "pandan";
  const crumb = dark ? lighter(crust, 0.16) : mix(crust, "#fff0c9", 0.74);
  const face = (grow: number): Point[] =>
    around(22, (angle) => {
      const bend = (value: number): number => Math.sign(value) * Math.abs(value) ** 0.86;
      const tall = Math.sin(angle) < 0 ? 62 : 44;
      return [
        200 + bend(Math.cos(angle)) * (114 + grow),
        184 + bend(Math.sin(angle)) * (tall + grow),
      ];
    });
  const cut = smooth(face(0));
  const soft = smooth(face(-7));
  const heart = blob(random, [200, 186], [68, 29], { count: 18, amount: 0.035, square: 2.3 });
  const run = around(22, (angle): Point => {
    const drop =
      Math.exp(-(((angle - 1.85) / 0.36) ** 4)) * 30 +
      Math.exp(-(((angle - 1.05) / 0.24) ** 4)) * 13;
    return [196 + Math.cos(angle) * 46, 196 + Math.sin(angle) * 13 + drop];
  });
  const pores = scatter(random, { outer: face(-12) }, { count: 46, gap: 9, margin: 3 }).map(
    ([x, y]) => `M${Math.round(x)} ${Math.round(y)}h${Math.round(random.between(1, 4))}`,
  );
  const rim =
    look.icing === undefined || look.icing.style === "glaze"
      ? darker(crust, 0.2)
      : look.icing.colour;
  sheet.add(
    tag("use", {
      href: `#${sheet.path(cut)}`,
      fill: "#3d1606",
      opacity: 0.4,
      transform: "translate(3 6)",
      filter: sheet.blur(4),
    }),
    sheet.volume(cut, { colour: darker(crust, 0.12), depth: 10, shade: 0.5, light: 0.4 }),
    tag("path", {
      d: "M92 168C104 130 148 118 200 118S296 130 308 168",
      fill: "none",
      stroke: rim,
      "stroke-width": 8,
      "stroke-linecap": "round",
    }),
    sheet.volume(soft, { colour: crumb, depth: 26, shade: 0.32, light: 0.5 }),
    tag("path", {
      d: pores.join(""),
      stroke: darker(crumb, 0.36),
      "stroke-width": 2.4,
      "stroke-linecap": "round",
      opacity: 0.4,
    }),
    tag("use", {
      href: `#${sheet.path(smooth(heart))}`,
      fill: darker(crumb, 0.5),
      opacity: 0.5,
      transform: "translate(0 -2)",
      filter: sheet.blur(2),
    }),
    sheet.volume(smooth(run), { colour, depth: 12, shade: 0.5, light: 0.4 }),
    sheet.volume(smooth(heart), { colour, depth: 20, shade: 0.5, light: 0.5 }),
    specks(random, heart, inside),
    glint(sheet, 172, 176, 20),
  );
  // Toppings stay on what is left of the top.
  const above = ([x, y]: Point): Point => [
    x,
    Math.min(y, 180 - 62 * Math.sqrt(Math.max(0, 1 - ((x - 200) / 116) ** 2)) - 5),
  ];
  return {
    ...body,
    icing: { outer: body.icing.outer.filter((_, index) => index % 2 === 0).map(above) },
  };
}

const TOP: Point = [200, 132];

/** Sliced through like a bun: bottom, a generous layer, top. Returns the top. */
export function drawSplit(
  sheet: Sheet,
  random: Random,
  look: DonutLook,
  { colour, specks: inside }: Filling,
): Body {
  const ring = look.form === "ring" || look.form === "cake";
  const bar = look.form === "bar";
  // Both halves from one seed: equal paths are written once.
  const seed = `${random.next()}`;
  const half = (): Body =>
    ring
      ? drawRing(sheet, randomFrom(seed), look.form, look.dough, TOP)
      : drawMound(sheet, randomFrom(seed), look.form, look.dough, false, TOP);
  const low = sheet.moved([0, 44], half);
  const [rx, ry] = bar ? [152, 60] : [low.reach[0] * 1.1, low.reach[1] * 1.1];
  const tilt = bar ? -0.2 : 0;
  const teeth = 15;
  const wave = bar ? 0.008 : 0.034; // a spread lies smooth, piped cream does not
  const layer = blob(random, [200, 158], [rx, ry], {
    count: teeth * 2,
    tilt,
    square: bar ? 3 : 2.2,
    amount: 0.006,
  }).map(([px, py], index): Point => {
    const out = index % 2 === 0 ? 1 + wave : 1 - wave * 0.5;
    return [200 + (px - 200) * out, 158 + (py - 158) * out];
  });
  const d = smooth(layer);
  const folds = layer
    .filter((_, index) => index % 2 === 1)
    .map(
      ([px, py]) =>
        `M${num(px)} ${num(py)}Q${num(px + (200 - px) * 0.1 + 5)} ${num(py + (158 - py) * 0.1)} ${num(px + (200 - px) * 0.3)} ${num(py + (158 - py) * 0.3)}`,
    );
  const piped = sheet.volume(d, { colour, depth: 20, shade: 0.55, light: 0.6 });
  sheet.add(
    tag("use", {
      href: `#${sheet.path(d)}`,
      fill: "#3d1606",
      opacity: 0.45,
      transform: "translate(1 14)",
      filter: sheet.blur(3),
    }),
    tag("use", {
      href: `#${sheet.path(d)}`,
      fill: darker(colour, 0.2),
      transform: "translate(0 9)",
    }),
    piped,
    tag("path", {
      d: folds.join(""),
      fill: "none",
      stroke: darker(colour, 0.45),
      "stroke-width": 3,
      "stroke-linecap": "round",
      opacity: 0.5,
      filter: sheet.blur(0.8),
    }),
  );
  if (inside !== undefined) {
    const fruit = layer.filter(
      ([px, py], index) => index % 4 === 0 && py > 172 && Math.abs(px - 200) < 104,
    );
    const fill = sheet.radial([lighter(inside, 0.4), inside, darker(inside, 0.4)], 0.4, 0.3, 0.8);
    sheet.add(
      ...fruit.map(([px, py]) =>
        tag("ellipse", {
          cx: px * 0.97 + 6,
          cy: py * 0.97 + 3,
          rx: 17,
          ry: 11,
          fill,
          stroke: darker(inside, 0.4),
          "stroke-width": 0.8,
        }),
      ),
    );
  }
  return half();
}
