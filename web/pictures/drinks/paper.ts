// A paper cup with a lid and a sleeve that carries a ring.

import { darker, lighter } from "../drawing/palette.ts";
import { type Point, smooth } from "../drawing/path.ts";
import { around } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";
import { steam } from "./afloat.ts";

/** A paper cup with a lid and a sleeve that carries a ring. */
export function drawPaper(sheet: Sheet, look: DrinkLook): void {
  const sleeve = look.ware ?? "#c8442f";
  const body = "M138 74L154 258Q200 274 246 258L262 74Z";
  const band = "M143.5 128Q200 144 256.5 128L249 214Q200 230 151 214Z";
  const emblem = around(
    20,
    (angle): Point => [200 + Math.cos(angle) * 23, 178 + Math.sin(angle) * 22],
  );
  sheet.add(
    sheet.shadow(204, 258, 62, 20, 0.5),
    sheet.volume(body, { colour: "#fbf4ea", depth: 40, shade: 0.6, light: 0.7 }),
    sheet.volume(band, {
      colour: sleeve,
      fill: sheet.linear([lighter(sleeve, 0.25), sleeve, darker(sleeve, 0.35)], 1, 0.1),
      depth: 30,
      shade: 0.4,
      light: 0.1,
    }),
    tag("path", {
      d: `${smooth(emblem)}M208 177a8 8 0 1 0 -16 0a8 8 0 1 0 16 0Z`,
      fill: "#fff4e0",
      "fill-rule": "evenodd",
    }),
    tag("path", {
      d: "M184 168l5 -4M197 161l6 2M213 168l3 5M214 186l-5 5M186 190l5 4",
      stroke: sleeve,
      "stroke-width": 3.4,
      "stroke-linecap": "round",
    }),
    tag("ellipse", { cx: 200, cy: 76, rx: 68, ry: 22, fill: "#3f2418" }),
    tag("path", {
      d: "M132 64v12a68 22 0 0 0 136 0v-12Z",
      fill: sheet.linear(["#7a4a34", "#5a3222", "#33190f"], 1, 0),
    }),
    tag("ellipse", {
      cx: 200,
      cy: 64,
      rx: 68,
      ry: 22,
      fill: sheet.linear(["#8a5840", "#4f2b1c"], 1, 1),
    }),
    tag("ellipse", {
      cx: 200,
      cy: 61,
      rx: 56,
      ry: 16,
      fill: sheet.linear(["#4a281a", "#6f4430"], 1, 1),
    }),
    tag("ellipse", { cx: 200, cy: 72, rx: 13, ry: 3.6, fill: "#23100a" }),
    tag("path", {
      d: "M146 92q4 90 14 150",
      fill: "none",
      stroke: "#fff",
      "stroke-width": 6,
      "stroke-linecap": "round",
      opacity: 0.45,
      filter: sheet.blur(2.5),
    }),
    steam(sheet, 206, 46),
  );
}
