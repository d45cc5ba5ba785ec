// A filo swirl and a bun cut open.

import type { Body } from "../donuts/dough.ts";
import { drawMound } from "../donuts/mound.ts";
import { DOUGHS, darker, lighter } from "../drawing/palette.ts";
import { type Point, smooth, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { scatter } from "../drawing/scatter.ts";
import { around, blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BiteLook } from "../look.ts";
import { drawToppings } from "../toppings/toppings.ts";

export function drawSwirl(sheet: Sheet, random: Random, look: BiteLook): Body {
  const colour = DOUGHS[look.dough];
  const outline = smooth(blob(random, [200, 154], [124, 92], { count: 24, amount: 0.016 }));
  sheet.add(
    sheet.shadow(200, 182, 120, 74),
    sheet.volume(outline, { colour, depth: 36, shade: 0.75, light: 0.5 }),
  );
  const coil = (shift: number): string => {
    const points = Array.from({ length: 46 }, (_, step): Point => {
      const angle = step * 0.42 + shift;
      const away = 4 + (104 * step) / 45;
      return [200 + Math.cos(angle) * away, 148 + Math.sin(angle) * away * 0.74];
    });
    return smooth(points, false);
  };
  const line = (
    shift: number,
    stroke: string,
    width: number,
    opacity: number,
    soft: number,
  ): string =>
    tag("path", {
      d: coil(shift),
      fill: "none",
      stroke,
      "stroke-width": width,
      "stroke-linecap": "round",
      opacity,
      filter: soft > 0 ? sheet.blur(soft) : undefined,
    });
  sheet.add(
    sheet.clipped(
      outline,
      line(0, "#4a2a10", 13, 0.7, 2.5) +
        line(0.12, "#4f7d33", 8, 1, 0) +
        line(0.3, "#fbf3e0", 3, 0.85, 0) +
        line(2.6, lighter(colour, 0.7), 8, 0.6, 3),
    ),
  );
  const area = blob(random, [200, 146], [112, 78]);
  return { outline, icing: { outer: area }, gloss: [], centre: [200, 146], reach: [108, 78] };
}

export function drawRollBun(sheet: Sheet, random: Random, look: BiteLook): Body {
  const body = drawMound(sheet, random, "ball", look.dough, false, [200, 142]);
  const crust = DOUGHS[look.dough];
  const face = around(
    28,
    (angle): Point => [206 + Math.cos(angle) * 76, 190 + Math.sin(angle) * 42],
  );
  const heart = blob(random, [206, 191], [56, 27], { amount: 0.05, count: 16 });
  const bits = scatter(random, { outer: heart }, { count: 12, gap: 15, margin: 6 });
  const dice = (index: number): string =>
    bits
      .filter((_, at) => at % 2 === index)
      .map(([x, y]) =>
        straight([
          [x - 6, y - 4],
          [x + 5, y - 5],
          [x + 6, y + 4],
          [x - 5, y + 5],
        ]),
      )
      .join("");
  drawToppings(sheet, random, body, look.toppings ?? []);
  sheet.add(
    tag("path", {
      d: smooth(face),
      fill: darker(crust, 0.45),
      stroke: darker(crust, 0.5),
      "stroke-width": 5,
    }),
    sheet.volume(smooth(face), { colour: "#f6e2b4", depth: 14, shade: 0.4, light: 0.4 }),
    sheet.volume(smooth(heart), { colour: "#8a4512", depth: 16, shade: 0.6, light: 0.4 }),
    tag("path", { d: dice(0), fill: "#e8952e" }),
    tag("path", { d: dice(1), fill: "#eccb7a" }),
    tag("path", {
      d: "M176 182q10 -9 26 -9",
      fill: "none",
      stroke: "#ffe3b0",
      "stroke-width": 4,
      "stroke-linecap": "round",
      opacity: 0.7,
    }),
  );
  return body;
}
