// Croissant dough cut as a ring.

import { DOUGHS, type Dough, darker, lighter, mix } from "../drawing/palette.ts";
import { num, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import { type Body, onTorus, type Torus, torusArc, torusGloss, torusOutline } from "./dough.ts";

/** Croissant dough cut as a ring: the layers stand open at the side. */
export function drawLayers(sheet: Sheet, random: Random, dough: Dough, cream: string): Body {
  const colour = DOUGHS[dough];
  sheet.add(sheet.shadow(200, 188, 124, 84));
  const count = 9;
  const ring = (index: number): Torus => ({
    centre: [200, 176 - index * 4.6],
    radius: 84,
    tube: 38 + random.near(2.4),
  });
  const sheets = [0, 1, 2].map(() => {
    const [outer, inner] = torusOutline(random, ring(0), 0.02);
    return `#${sheet.path(smooth(outer) + smooth(inner))}`;
  });
  for (let index = 0; index < count; index += 1) {
    const filled = index === 4 || index === 5;
    const shade = filled
      ? cream
      : mix(colour, index % 2 === 0 ? "#8a4310" : "#ffe2a0", index % 2 === 0 ? 0.5 : 0.5);
    sheet.add(
      tag("use", {
        href: sheets[index % 3],
        fill: sheet.linear(
          [lighter(shade, 0.1), lighter(shade, 0.3), darker(shade, 0.42)],
          1,
          0.25,
        ),
        "fill-rule": "evenodd",
        transform: `translate(${num(random.near(3))} ${num(index * -4.6)})`,
      }),
    );
  }
  const top = ring(count);
  const [outer, inner] = torusOutline(random, top, 0.014);
  const d = smooth(outer) + smooth(inner);
  const fill = sheet.radial([lighter(colour, 0.5), colour, darker(colour, 0.4)], 0.35, 0.25, 0.9);
  sheet.add(sheet.volume(d, { colour, fill, depth: 26, shade: 0.6, light: 0.5 }));
  const flakes = [0.2, 0.55, 0.9, 1.9, 2.3]
    .map((up) => torusArc(top, random.between(-0.6, 0.9), random.between(2.6, 5.4), up))
    .join("");
  sheet.add(
    tag("path", {
      d: flakes,
      fill: "none",
      stroke: darker(colour, 0.6),
      "stroke-width": 2.2,
      opacity: 0.5,
    }),
    tag("path", {
      d: flakes,
      fill: "none",
      stroke: lighter(colour, 0.7),
      "stroke-width": 1.4,
      opacity: 0.6,
      transform: "translate(0 -2)",
    }),
  );
  const area = {
    outer: around(34, (angle) => onTorus(top, angle, 0.7)),
    inner: around(18, (angle) => onTorus(top, angle, 2.4)),
  };
  return {
    outline: d,
    icing: area,
    gloss: torusGloss(top),
    centre: [200, top.centre[1] - 20],
    reach: [110, 82],
  };
}
