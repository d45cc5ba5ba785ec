// A crescent in rolled segments, widest in the middle.

import type { Body } from "../donuts/dough.ts";
import { DOUGHS, darker, lighter, mix } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { blob, turned } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BiteLook } from "../look.ts";

/** A crescent in six rolled segments, widest in the middle. */
export function drawCroissant(sheet: Sheet, random: Random, look: BiteLook): Body {
  const colour = DOUGHS[look.dough];
  const spine = (along: number): Point => [
    200 + along * 134,
    182 - Math.cos(along * 1.5) * 46 + along * along * 26,
  ];
  sheet.add(sheet.shadow(200, 196, 140, 46));
  const order = [-1, 1, -0.7, 0.7, -0.37, 0.37, 0];
  const pieces: Point[][] = [];
  for (const along of order) {
    const at = spine(along);
    const size = 1 - 0.5 * along * along;
    const tilt = along * 0.95;
    const points = blob(random, at, [47 * (1 - 0.24 * Math.abs(along)), 68 * size], {
      tilt,
      square: 2.3,
      count: 12,
      amount: 0.018,
    });
    const d = smooth(points);
    pieces.push(points);
    const stripes = [-24, -6, 12, 28].map((side) => {
      const reach = 58 * size;
      const [from, mid, to] = [
        turned([side * 0.8, -reach], tilt, at),
        turned([side * 1.3 + (along < 0 ? -7 : 7), 0], tilt, at),
        turned([side * 0.8, reach], tilt, at),
      ];
      return `M${from.map(num).join(" ")}Q${mid.map(num).join(" ")} ${to.map(num).join(" ")}`;
    });
    const lines = `#${sheet.path(stripes.join(""))}`;
    sheet.add(
      tag("use", {
        href: `#${sheet.path(d)}`,
        fill: "#3d1606",
        opacity: 0.5,
        filter: sheet.blur(4),
        transform: `translate(${along < 0 ? -3 : 5} 4)`,
      }),
      sheet.volume(d, {
        colour: mix(colour, "#8a3f10", 0.12 + Math.abs(along) * 0.16),
        fill: sheet.radial(
          [
            lighter(colour, 0.5),
            mix(colour, "#a8541a", 0.1 + Math.abs(along) * 0.2),
            darker(colour, 0.5),
          ],
          0.36,
          0.2,
          0.85,
        ),
        depth: 30,
        shade: 0.7,
        light: 0.25,
      }),
      sheet.clipped(
        d,
        tag("use", {
          href: lines,
          fill: "none",
          stroke: darker(colour, 0.55),
          "stroke-width": 2.6,
          opacity: 0.45,
        }) +
          tag("use", {
            href: lines,
            fill: "none",
            stroke: lighter(colour, 0.7),
            "stroke-width": 1.6,
            opacity: 0.6,
            transform: "translate(2.4 .6)",
          }),
      ),
    );
    const [hx, hy] = turned([-8, -34 * size], tilt, at);
    sheet.add(
      tag("path", {
        d: `M${num(hx - 9)} ${num(hy + 8)}q4 -10 16 -11`,
        fill: "none",
        stroke: "#fffaf0",
        "stroke-width": 5,
        "stroke-linecap": "round",
        opacity: 0.6,
        filter: sheet.blur(1.6),
      }),
    );
  }
  return {
    outline: pieces.map((points) => smooth(points)).join(""),
    icing: { outer: blob(random, [200, 150], [110, 44]) },
    gloss: [],
    centre: [200, 150],
    reach: [110, 44],
  };
}
