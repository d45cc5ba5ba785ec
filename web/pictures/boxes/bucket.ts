// A pail of donut holes.

import { drawHole } from "../donuts/hole.ts";
import { DOUGHS, darker } from "../drawing/palette.ts";
import { type Point, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BoxLook } from "../look.ts";

export function drawBucket(sheet: Sheet, random: Random, look: BoxLook): void {
  const { card } = look;
  const pail = "M112 128L136 252Q200 274 264 252L288 128Q200 158 112 128Z";
  sheet.add(
    sheet.shadow(204, 254, 82, 20, 0.5),
    tag("path", {
      d: "M104 132C96 24 304 24 296 132",
      fill: "none",
      stroke: "#b79a76",
      "stroke-width": 4,
    }),
  );
  sheet.add(tag("ellipse", { cx: 200, cy: 128, rx: 90, ry: 30, fill: darker(card, 0.6) }));
  const rows: readonly (readonly [number, number, number])[] = [
    [92, 3, 54],
    [112, 4, 50],
    [76, 2, 52],
    [134, 4, 46],
    [100, 3, 48],
  ];
  let index = 0;
  for (const [y, count, step] of rows) {
    for (let at = 0; at < count; at += 1) {
      const colour = look.icings[index % look.icings.length];
      const spot: Point = [
        200 + (at - (count - 1) / 2) * step + random.near(5),
        y + random.near(4),
      ];
      sheet.add(
        drawHole(
          sheet,
          random,
          spot,
          29,
          DOUGHS.yeast,
          colour === undefined || colour === "" ? undefined : { colour, style: "dip" },
        ),
      );
      index += 1;
    }
  }
  const stripes = [-3, -2, -1, 0, 1, 2, 3].map((side) =>
    straight([
      [200 + side * 26 - 7, 130],
      [200 + side * 26 + 7, 130],
      [200 + side * 19 + 5, 270],
      [200 + side * 19 - 5, 270],
    ]),
  );
  sheet.add(
    tag("path", {
      d: pail,
      fill: "#3d1606",
      opacity: 0.35,
      transform: "translate(0 -5)",
      filter: sheet.blur(4),
    }),
    sheet.volume(pail, { colour: "#fff6ea", depth: 40, shade: 0.5, light: 0.6 }),
    sheet.clipped(
      pail,
      tag("path", { d: stripes.join(""), fill: card, opacity: 0.9 }) +
        tag("path", {
          d: pail,
          fill: sheet.linear(["#ffffff/0.35", "#ffffff/0", "#4a1d0a/0.42"], 1, 0.15),
        }),
    ),
    tag("ellipse", { cx: 200, cy: 206, rx: 37, ry: 30, fill: "#fff6ea" }),
    tag("path", {
      d: "M200 184a22 21 0 1 0 .1 0M200 196a9 9 0 1 1 -.1 0",
      fill: card,
      "fill-rule": "evenodd",
    }),
    tag("path", {
      d: "M112 128Q200 158 288 128",
      fill: "none",
      stroke: "#fffdf6",
      "stroke-width": 5,
      "stroke-linecap": "round",
    }),
  );
}
