// A breakfast tray: croissants, crullers, a carafe.

import { darker, lighter } from "../drawing/palette.ts";
import { num, type Point, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { turned } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BoxLook } from "../look.ts";
import { drawSmall } from "./small.ts";

export function drawTray(sheet: Sheet, random: Random, look: BoxLook): void {
  const { card } = look;
  const flat: Point[] = [
    [74, 128],
    [332, 128],
    [366, 236],
    [36, 236],
  ];
  sheet.add(
    sheet.shadow(204, 226, 150, 44),
    tag("path", {
      d: straight(flat.map(([x, y]): Point => [x, y + 10])),
      fill: darker(card, 0.4),
      stroke: darker(card, 0.4),
      "stroke-width": 14,
      "stroke-linejoin": "round",
    }),
    tag("path", {
      d: straight(flat),
      fill: sheet.linear([lighter(card, 0.3), card], 1, 1),
      stroke: lighter(card, 0.12),
      "stroke-width": 14,
      "stroke-linejoin": "round",
    }),
  );
  const crust = "#d58a3a";
  for (const [x, y, tilt] of [
    [112, 156, -0.22],
    [204, 150, 0.12],
    [98, 208, -0.08],
    [196, 206, 0.18],
  ] as const) {
    for (const along of [-1, 1, -0.5, 0.5, 0]) {
      const at = turned([along * 33, along * along * 10], tilt, [x, y]);
      const size = 1 - 0.42 * along * along;
      sheet.add(
        tag("ellipse", {
          cx: at[0],
          cy: at[1],
          rx: 13,
          ry: 21 * size,
          fill: sheet.radial([lighter(crust, 0.55), crust, darker(crust, 0.5)], 0.35, 0.25, 0.8),
          stroke: darker(crust, 0.4),
          "stroke-width": 0.8,
          transform: `rotate(${num((tilt + along * 0.8) * 57.3)} ${num(at[0])} ${num(at[1])})`,
        }),
      );
    }
  }
  for (const [index, icing] of look.icings.entries()) {
    sheet.add(drawSmall(sheet, random, [274 + index * 50, 214 - index * 2], 29, icing, 2));
  }
  const jug = "M262 60C258 90 246 112 246 142Q246 170 286 170T326 142C326 112 314 90 310 60Z";
  sheet.add(
    tag("ellipse", {
      cx: 292,
      cy: 168,
      rx: 42,
      ry: 12,
      fill: "#3d1606",
      opacity: 0.45,
      filter: sheet.blur(4),
    }),
    tag("path", {
      d: "M312 78C352 72 352 140 322 142",
      fill: "none",
      stroke: "#3a2116",
      "stroke-width": 9,
      "stroke-linecap": "round",
    }),
    sheet.volume(jug, { colour: "#5a2f1a", depth: 26, shade: 0.6, light: 0.4 }),
    tag("path", { d: jug, fill: "none", stroke: "#ffffff", "stroke-width": 2, opacity: 0.6 }),
    tag("path", {
      d: "M262 60Q286 70 310 60L306 40Q286 34 268 40Z",
      fill: sheet.linear(["#8a5a40", "#3a2116"], 1, 0.4),
    }),
    tag("path", {
      d: "M264 82C262 104 256 116 256 138",
      fill: "none",
      stroke: "#fff",
      "stroke-width": 6,
      "stroke-linecap": "round",
      opacity: 0.65,
      filter: sheet.blur(1.4),
    }),
  );
}
