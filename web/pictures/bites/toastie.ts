// A toasted sandwich, cut in two, and hash browns.

import type { Body } from "../donuts/dough.ts";
import { DOUGHS, darker, lighter, mix } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { scatter } from "../drawing/scatter.ts";
import { blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BiteLook } from "../look.ts";

export function drawHashBrown(sheet: Sheet, random: Random, look: BiteLook): Body {
  const colour = DOUGHS[look.dough];
  let area: Point[] = [];
  for (const [x, y, tilt] of [
    [218, 178, 0.12],
    [186, 132, -0.16],
  ] as const) {
    const outer = blob(random, [x, y], [124, 56], { square: 3, tilt, count: 30, amount: 0.03 });
    const d = smooth(outer);
    const shreds = scatter(random, { outer }, { count: 56, gap: 10, margin: 4 }).map(([px, py]) => {
      const angle = random.between(0, 3.1);
      return `M${num(px)} ${num(py)}q${num(Math.cos(angle) * 9 + random.near(4))} ${num(Math.sin(angle) * 6)} ${num(Math.cos(angle) * 16)} ${num(Math.sin(angle) * 11)}`;
    });
    const strands = (from: number, stroke: string, move: string, opacity: number): string =>
      tag("path", {
        d: shreds.filter((_, index) => index % 3 !== from).join(""),
        fill: "none",
        stroke,
        "stroke-width": 2.6,
        "stroke-linecap": "round",
        opacity,
        transform: `translate(${move})`,
      });
    sheet.add(
      sheet.shadow(x, y + 34, 116, 36),
      tag("path", { d, fill: darker(colour, 0.45), transform: "translate(1 11)" }),
      sheet.volume(d, { colour, depth: 30, shade: 0.7, light: 0.5 }),
      sheet.clipped(
        d,
        strands(0, darker(colour, 0.5), "1 1.6", 0.6) +
          strands(1, lighter(colour, 0.65), "-.6 -.8", 0.75),
      ),
    );
    area = outer;
  }
  return {
    outline: smooth(area),
    icing: { outer: area },
    gloss: [],
    centre: [186, 132],
    reach: [110, 46],
  };
}

export function drawToastie(sheet: Sheet, _random: Random, look: BiteLook): Body {
  const colour = DOUGHS[look.dough];
  sheet.add(sheet.shadow(200, 214, 140, 40));
  let top: Point[] = [];
  for (const [x, y, flip] of [
    [238, 146, -1],
    [158, 176, 1],
  ] as const) {
    const corner = (dx: number, dy: number): Point => [x + dx * flip, y + dy];
    const face = [
      corner(-96, 34),
      corner(-70, -8),
      corner(-20, -58),
      corner(0, -68),
      corner(16, -56),
      corner(70, 8),
      corner(92, 38),
      corner(60, 46),
      corner(-70, 46),
    ];
    const d = smooth(face);
    const shifted = (dy: number): string => smooth(face.map(([px, py]): Point => [px, py + dy]));
    const drip = smooth([
      corner(-92, 44),
      corner(-70, 62),
      corner(-46, 60),
      corner(-34, 80),
      corner(-22, 62),
      corner(10, 62),
      corner(24, 74),
      corner(38, 62),
      corner(84, 58),
      corner(92, 46),
      corner(0, 42),
    ]);
    const grill = [-60, -30, 0, 30, 60].map(
      (dx) => `M${num(x + dx - 30)} ${num(y + 52)}L${num(x + dx + 34)} ${num(y - 68)}`,
    );
    sheet.add(
      tag("path", {
        d: shifted(30),
        fill: "#3d1606",
        opacity: 0.4,
        filter: sheet.blur(5),
        transform: "translate(4 4)",
      }),
      sheet.volume(shifted(28), {
        colour: mix(colour, "#fbe6bd", 0.4),
        depth: 14,
        shade: 0.6,
        light: 0.3,
      }),
      tag("path", { d: shifted(18), fill: "#c8331f" }),
      sheet.volume(drip, { colour: "#f9b92f", depth: 12, shade: 0.45, light: 0.6 }),
      tag("path", { d: shifted(7), fill: mix(colour, "#fff0cf", 0.55) }),
      sheet.volume(d, { colour, depth: 26, shade: 0.6, light: 0.6 }),
      sheet.clipped(
        d,
        tag("path", {
          d: grill.join(""),
          stroke: darker(colour, 0.65),
          "stroke-width": 8,
          opacity: 0.55,
          filter: sheet.blur(1.6),
        }),
      ),
    );
    top = face;
  }
  return {
    outline: smooth(top),
    icing: { outer: top },
    gloss: [],
    centre: [158, 160],
    reach: [80, 44],
  };
}
