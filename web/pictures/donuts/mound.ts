// Doughs without a hole: ball, bar, square, fritter.

import { DOUGHS, type Dough, darker, lighter, mix } from "../drawing/palette.ts";
import { ellipsePath, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { blob, drips, rim, turned, wobble } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DonutForm } from "../look.ts";
import type { Body } from "./dough.ts";

interface MoundSize {
  reach: Point;
  square?: number;
  tilt?: number;
  amount?: number;
  count?: number;
}

const MOUNDS: Partial<Record<DonutForm, MoundSize>> = {
  ball: { reach: [116, 88], square: 2.25 },
  bar: { reach: [146, 62], square: 3.2, tilt: -0.2, count: 28 },
  square: { reach: [112, 88], square: 4.2, tilt: -0.06, count: 28 },
  fritter: { reach: [122, 90], square: 2.3, amount: 0.05, count: 26 },
  lumpy: { reach: [98, 90], square: 2.1, amount: 0.042, count: 26 },
};

export function drawMound(
  sheet: Sheet,
  random: Random,
  form: DonutForm,
  dough: Dough,
  collar: boolean,
  centre: Point = [200, 154],
): Body {
  const {
    reach,
    square = 2.2,
    tilt = 0,
    amount = 0.01,
    count = 20,
  } = MOUNDS[form] ?? { reach: [112, 86] };
  const colour = DOUGHS[dough];
  const outer = blob(random, centre, reach, { amount, count, square, tilt });
  const outline = smooth(outer);
  const [rx, ry] = [reach[0], reach[1] + Math.abs(tilt) * 60];
  sheet.add(sheet.shadow(centre[0], centre[1] + ry * 0.42, rx * 0.98, ry * 0.62));
  const fill = sheet.radial(
    [lighter(colour, 0.45), mix(colour, "#ffe3ae", 0.14), darker(colour, 0.36)],
    0.36,
    0.26,
    0.8,
  );
  sheet.add(sheet.volume(outline, { colour, fill, depth: 40, shade: 0.62, light: 0.22 }));
  const at = (angle: number, scale: number, lift: number): Point => {
    const power = 2 / square;
    const bend = (value: number): number => Math.sign(value) * Math.abs(value) ** power;
    const local: Point = [
      bend(Math.cos(angle)) * reach[0] * scale,
      bend(Math.sin(angle)) * reach[1] * scale,
    ];
    const [px, py] = turned(local, tilt, centre);
    return [px, py - lift];
  };
  const belt = (from: number, to: number, scale: number, lift: number): string =>
    smooth(
      Array.from({ length: 7 }, (_, index) => at(from + ((to - from) * index) / 6, scale, lift)),
      false,
    );
  const marks: string[] = [];
  if (collar) {
    marks.push(
      tag("path", {
        d: belt(-0.25, 3.4, 1.0, 24),
        stroke: lighter(colour, 0.66),
        "stroke-width": 17,
        fill: "none",
        opacity: 0.8,
        filter: sheet.blur(3.5),
      }),
    );
  }
  if (form === "fritter" || form === "lumpy") {
    marks.push(lumps(sheet, random, centre, reach, colour));
  }
  sheet.add(sheet.clipped(outline, marks.join("")));
  const run = drips(random, form === "bar" ? 6 : 5);
  const stray = wobble(random, 0.014);
  const top = rim(34, (angle) => {
    const drop = run(angle) * 24 * Math.max(0.2, Math.sin(angle));
    const [px, py] = at(angle, 0.97 * stray(angle), 20 * (0.45 + 0.75 * Math.sin(angle)));
    return [px, py + drop];
  });
  return {
    outline,
    icing: { outer: top },
    gloss: [
      [belt(3.35, 4.05, 0.74, 14), 10],
      [belt(4.25, 4.4, 0.74, 14), 9],
    ],
    centre: [centre[0], centre[1] - 14],
    reach: [reach[0] * 0.9, reach[1] * 0.85],
  };
}

/** Knobs and crevices of a fritter. */
function lumps(
  sheet: Sheet,
  random: Random,
  [x, y]: Point,
  [rx, ry]: Point,
  colour: string,
): string {
  const parts: string[] = [];
  for (let index = 0; index < 15; index += 1) {
    const angle = index * 2.4;
    const away = Math.sqrt((index + 0.5) / 15) * 0.86;
    const spot: Point = [x + Math.cos(angle) * rx * away, y - 6 + Math.sin(angle) * ry * away];
    const size = random.between(0.16, 0.27);
    const shade = mix(colour, random.pick(["#f0c582", "#8a3f12", "#c9782c"]), 0.26);
    const fill = sheet.radial([lighter(shade, 0.5), shade, darker(shade, 0.42)], 0.34, 0.26, 0.8);
    parts.push(
      tag("path", {
        d: smooth(blob(random, spot, [rx * size * 1.15, ry * size], { amount: 0.09, count: 7 })),
        fill,
        opacity: 0.9,
      }),
    );
  }
  return (
    parts.join("") +
    tag("path", {
      d: ellipsePath(x + 22, y + 34, rx, ry),
      fill: "none",
      stroke: darker(colour, 0.6),
      "stroke-width": 30,
      opacity: 0.28,
      filter: sheet.blur(14),
    })
  );
}
