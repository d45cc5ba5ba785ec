// Fried sticks with a pot of chocolate.

import { DOUGHS, darker, lighter } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import type { Area } from "../drawing/scatter.ts";
import { blob, turned } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DonutLook } from "../look.ts";
import type { Body } from "./dough.ts";
import { several } from "./several.ts";

export function drawSticks(sheet: Sheet, random: Random, look: DonutLook): Body {
  const colour = DOUGHS[look.dough];
  sheet.add(sheet.shadow(170, 194, 118, 52));
  const places: readonly (readonly [number, number, number])[] = [
    [120, 128, -0.5],
    [176, 112, -0.36],
    [128, 176, -0.08],
    [196, 152, -0.62],
    [158, 206, -0.3],
  ];
  const lean = -0.36;
  const outer = blob(random, [0, 0], [74, 21], {
    square: 3.4,
    tilt: lean,
    count: 16,
    amount: 0.012,
  });
  const stick = sheet.symbol("stick", () => {
    const d = smooth(outer);
    const ridge = (side: number): string => {
      const [from, to] = [turned([-66, side], lean, [0, 0]), turned([66, side], lean, [0, 0])];
      return `M${from.map(num).join(" ")}L${to.map(num).join(" ")}`;
    };
    return (
      tag("use", {
        href: `#${sheet.path(d)}`,
        fill: "#4a1d0a",
        opacity: 0.45,
        filter: sheet.blur(4),
        transform: "translate(4 7)",
      }) +
      sheet.volume(d, { colour, depth: 16, shade: 0.8, light: 0.35 }) +
      tag("path", {
        d: ridge(-8) + ridge(2) + ridge(11),
        stroke: darker(colour, 0.65),
        "stroke-width": 3.6,
        opacity: 0.55,
        "stroke-linecap": "round",
      }) +
      tag("path", {
        d: ridge(-4) + ridge(6),
        stroke: lighter(colour, 0.7),
        "stroke-width": 2.8,
        opacity: 0.7,
        "stroke-linecap": "round",
      })
    );
  });
  const areas = places.map(([x, y, tilt]): Area => {
    const turn = tilt - lean;
    sheet.add(
      tag("use", { href: stick, transform: `translate(${x} ${y})rotate(${num(turn * 57.3)})` }),
    );
    return { outer: outer.map((point) => turned(point, turn, [x, y])) };
  });
  drawDip(sheet, [292, 178], "#3c1a0e");
  return several(areas);
}

/** A small pot of warm chocolate. */
function drawDip(sheet: Sheet, [x, y]: Point, colour: string): void {
  const side = `M${x - 58} ${y - 22}C${x - 54} ${y + 44} ${x - 34} ${y + 54} ${x} ${y + 54}S${x + 54} ${y + 44} ${x + 58} ${y - 22}Z`;
  sheet.add(
    sheet.shadow(x, y + 44, 52, 18),
    sheet.volume(side, { colour: "#f6ece0", depth: 26, shade: 0.5, light: 0.8 }),
    tag("ellipse", {
      cx: x,
      cy: y - 22,
      rx: 58,
      ry: 25,
      fill: sheet.linear(["#fffaf2", "#e3d2bd"], 1, 1),
    }),
    tag("ellipse", {
      cx: x,
      cy: y - 19,
      rx: 51,
      ry: 20,
      fill: sheet.radial([lighter(colour, 0.3), colour, darker(colour, 0.3)], 0.35, 0.3, 0.8),
    }),
    tag("path", {
      d: `M${x - 38} ${y - 24}q12 -10 32 -11`,
      fill: "none",
      stroke: "#fff6ea",
      "stroke-width": 4,
      "stroke-linecap": "round",
      opacity: 0.75,
      filter: sheet.blur(1),
    }),
  );
}
