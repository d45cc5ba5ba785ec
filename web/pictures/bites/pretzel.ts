// A pretzel with a split belly and coarse salt.

import type { Body } from "../donuts/dough.ts";
import { DOUGHS, darker, lighter } from "../drawing/palette.ts";
import { type Point, smooth, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BiteLook } from "../look.ts";

export function drawPretzel(sheet: Sheet, random: Random, look: BiteLook): Body {
  const colour = DOUGHS[look.dough];
  const rope: Point[] = [
    [246, 216],
    [222, 178],
    [196, 142],
    [150, 104],
    [104, 100],
    [82, 140],
    [104, 192],
    [158, 222],
    [200, 226],
    [242, 222],
    [296, 192],
    [318, 140],
    [296, 100],
    [250, 104],
    [204, 142],
    [178, 178],
    [154, 216],
  ];
  const along = (from: number, to: number): string => smooth(rope.slice(from, to + 1), false);
  const strand = (d: string, wide: number): string =>
    [
      [wide + 5, darker(colour, 0.62), "1.5 4", 0, 1],
      [wide, colour, "0 0", 0, 1],
      [wide * 0.62, lighter(colour, 0.26), "-2.4 -4", 4, 0.9],
      [wide * 0.2, "#fff1dc", "-5 -8", 1.4, 0.6],
    ]
      .map(([width, stroke, move, soft, opacity]) =>
        tag("path", {
          d,
          fill: "none",
          stroke: String(stroke),
          "stroke-width": Number(width),
          "stroke-linecap": "round",
          "stroke-linejoin": "round",
          transform: `translate(${move})`,
          filter: Number(soft) > 0 ? sheet.blur(Number(soft)) : undefined,
          opacity: Number(opacity),
        }),
      )
      .join("");
  const whole = along(0, rope.length - 1);
  sheet.add(
    tag("path", {
      d: whole,
      fill: "none",
      stroke: "#6b2f12",
      "stroke-width": 38,
      "stroke-linecap": "round",
      opacity: 0.45,
      filter: sheet.blur(8),
      transform: "translate(7 16)",
    }),
  );
  sheet.add(strand(along(3, 13), 42), strand(along(0, 3), 30), strand(along(13, 16), 30));
  const belly = "M150 212Q200 234 250 212Q226 240 200 240T150 212Z";
  sheet.add(
    tag("path", { d: belly, fill: "#f6dcae" }),
    tag("path", {
      d: belly,
      fill: "none",
      stroke: darker(colour, 0.5),
      "stroke-width": 2,
      opacity: 0.6,
    }),
  );
  const salt = rope
    .slice(2, 15)
    .flatMap(([x, y]) =>
      Array.from({ length: 4 }, (): Point => [x + random.near(14), y + random.near(12) - 4]),
    );
  const grain = salt
    .map(([x, y]) =>
      straight([
        [x - 2.6, y - 1],
        [x + 0.6, y - 3],
        [x + 3, y],
        [x - 0.4, y + 2.4],
      ]),
    )
    .join("");
  sheet.add(
    tag("path", { d: grain, fill: "#3d1606", opacity: 0.4, transform: "translate(1.2 2)" }),
    tag("path", { d: grain, fill: "#fffdf8" }),
  );
  return {
    outline: whole,
    icing: { outer: rope },
    gloss: [],
    centre: [200, 160],
    reach: [100, 60],
  };
}
