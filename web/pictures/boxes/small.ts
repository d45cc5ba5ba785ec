// A donut the size of a coin, for boxes and trays.

import { DOUGHS, darker, lighter } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";

/** A donut the size of a coin, still with drips, shine and its own topping; 40 units wide. */
export function drawSmall(
  sheet: Sheet,
  random: Random,
  [x, y]: Point,
  size: number,
  icing: string,
  index: number,
): string {
  const base = sheet.symbol(
    "small",
    () =>
      tag("ellipse", {
        cx: 2,
        cy: 8,
        rx: 40,
        ry: 32,
        fill: "#3d1606",
        opacity: 0.42,
        filter: sheet.blur(3),
      }) +
      tag("ellipse", {
        rx: 40,
        ry: 32,
        fill: sheet.radial(
          [lighter(DOUGHS.yeast, 0.45), DOUGHS.yeast, darker(DOUGHS.yeast, 0.45)],
          0.36,
          0.26,
          0.8,
        ),
      }),
  );
  const top = sheet.symbol("top", () =>
    tag("path", {
      d: smooth(
        around(20, (angle): Point => {
          const wave = 0.92 + 0.05 * Math.sin(angle * 5);
          return [
            Math.cos(angle) * 40 * wave,
            -4 + Math.sin(angle) * 32 * wave * (Math.sin(angle) > 0 ? 0.86 : 0.9),
          ];
        }),
      ),
    }),
  );
  const finish = sheet.symbol(
    "finish",
    () =>
      tag("ellipse", { cy: -3, rx: 39, ry: 30, fill: sheet.roundness, opacity: 0.7 }) +
      tag("ellipse", { cy: -3, rx: 10.5, ry: 7, fill: darker(DOUGHS.yeast, 0.5) }) +
      tag("ellipse", { cy: -0.5, rx: 8.5, ry: 4, fill: "#4a1d0a", opacity: 0.7 }) +
      tag("path", {
        d: "M-27-9q5-14 18-16",
        fill: "none",
        stroke: "#fffdf6",
        "stroke-width": 4.4,
        "stroke-linecap": "round",
        opacity: 0.8,
      }),
  );
  const strewn = sheet.symbol("strewn", () => {
    const lines = Array.from({ length: 22 }, (_, step) => {
      const [angle, away] = [step * 2.4, random.between(0.46, 0.8)];
      return `M${num(Math.cos(angle) * 38 * away)} ${num(-4 + Math.sin(angle) * 28 * away)}l${num(random.near(6))} ${num(random.near(5))}`;
    });
    return tag("path", { d: lines.join(""), "stroke-width": 2.8, "stroke-linecap": "round" });
  });
  const sprinkled = index % 3 !== 2;
  const stroke = ["#ffffff", "#ffd23f", "#5a2a16", "#f2506b"][index % 4];
  const turn = Math.round(random.near(40));
  return tag(
    "g",
    { transform: `translate(${num(x)} ${num(y)})scale(${Math.round((size / 40) * 100) / 100})` },
    tag("use", { href: base }) +
      tag("use", { href: top, fill: darker(icing, 0.4), transform: "translate(.4 2.4)" }) +
      tag("use", { href: top, fill: icing }) +
      (sprinkled ? tag("use", { href: strewn, stroke, transform: `rotate(${turn})` }) : "") +
      tag("use", { href: finish }),
  );
}
