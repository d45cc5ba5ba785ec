// Fillings seen from outside: oozing from a side, a pool in the top.

import { ellipsePath, num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { scatter } from "../drawing/scatter.ts";
import { around, blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { Filling } from "../look.ts";
import type { Body } from "./dough.ts";

export function specks(
  random: Random,
  outer: readonly Point[],
  colour: string | undefined,
): string {
  if (colour === undefined) {
    return "";
  }
  const spots = scatter(random, { outer }, { count: 16, gap: 8, margin: 4 });
  const d = spots.map(([x, y]) => `M${num(x)} ${num(y)}l1.5 1`).join("");
  return tag("path", {
    d,
    stroke: colour,
    "stroke-width": 3,
    "stroke-linecap": "round",
    opacity: 0.8,
  });
}

export const glint = (sheet: Sheet, x: number, y: number, reach: number): string =>
  tag("path", {
    d: `M${num(x - reach)} ${num(y)}q${num(reach * 0.5)} ${num(-reach * 0.5)} ${num(reach * 1.3)} ${num(-reach * 0.45)}`,
    fill: "none",
    stroke: "#fffdf6",
    "stroke-width": 4.5,
    "stroke-linecap": "round",
    opacity: 0.8,
    filter: sheet.blur(1),
  });

/** Oozing from the hole the nozzle made, low on the front. */
export function drawPeek(sheet: Sheet, random: Random, { colour, specks: inside }: Filling): void {
  const [x, y] = [256, 172];
  const flow = around(26, (angle): Point => {
    const run =
      26 * Math.exp(-(((angle - 1.85) / 0.42) ** 4)) +
      11 * Math.exp(-(((angle - 1.05) / 0.26) ** 4));
    const wave = 1 + 0.05 * Math.sin(angle * 3 + 1);
    return [x + Math.cos(angle) * 36 * wave, y + Math.sin(angle) * 22 * wave + run];
  });
  const d = smooth(flow);
  sheet.add(
    tag("ellipse", {
      cx: x + 1,
      cy: y - 4,
      rx: 45,
      ry: 29,
      fill: "#4a1d0a",
      opacity: 0.38,
      filter: sheet.blur(5),
      transform: `rotate(-14 ${x} ${y})`,
    }),
    tag("use", {
      href: `#${sheet.path(d)}`,
      fill: "#3d1606",
      opacity: 0.4,
      transform: "translate(2 6)",
      filter: sheet.blur(2.5),
    }),
    sheet.volume(d, { colour, depth: 17, shade: 0.55, light: 0.4 }),
    specks(random, flow, inside),
    glint(sheet, x - 12, y - 7, 15),
  );
}

/** A pool in the top of a ball or in the hole of a ring. */
export function drawWell(
  sheet: Sheet,
  random: Random,
  body: Body,
  { colour, specks: inside }: Filling,
): void {
  const [x, y] =
    body.icing.inner === undefined
      ? [body.centre[0], body.centre[1] - 2]
      : [body.centre[0], body.centre[1] + 10];
  const [rx, ry] = body.icing.inner === undefined ? [54, 34] : [50, 36];
  const pool = blob(random, [x, y], [rx, ry], { count: 16, amount: 0.03 });
  sheet.add(
    tag("path", {
      d: ellipsePath(x, y, rx + 7, ry + 6),
      fill: "#4a1d0a",
      opacity: 0.45,
      filter: sheet.blur(4),
    }),
    sheet.volume(smooth(pool), { colour, depth: 20, shade: 0.5, light: 0.5 }),
    specks(random, pool, inside),
    glint(sheet, x - rx * 0.35, y - ry * 0.35, rx * 0.3),
  );
}
