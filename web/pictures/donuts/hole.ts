// Donut holes: one fried ball, set down many times.

import { brightness, darker } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around, blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { Icing } from "../look.ts";

/** A fried ball in the light; also the crowd in buckets. */
export function drawHole(
  sheet: Sheet,
  random: Random,
  [x, y]: Point,
  radius: number,
  bare: string,
  icing?: Icing,
): string {
  const ball = sheet.symbol("ball", () => smoothBall(random));
  const cap = sheet.symbol("cap", () =>
    tag("path", {
      d: smooth(
        around(
          20,
          (angle): Point => [
            Math.cos(angle) * 45.5,
            Math.sin(angle) *
              (Math.sin(angle) > 0 ? 24 + 11 * Math.sin(angle * 4.2 + 1) * Math.sin(angle) : 42),
          ],
        ),
      ),
    }),
  );
  const light = sheet.symbol("light", () =>
    tag("ellipse", { rx: 46, ry: 43, fill: sheet.roundness }),
  );
  const belt = sheet.symbol("belt", () =>
    tag("path", {
      d: "M-44 6Q0 38 44 6",
      fill: "none",
      stroke: "#ffe6b0",
      "stroke-width": 9,
      opacity: 0.5,
      filter: sheet.blur(3),
    }),
  );
  const wet = icing === undefined ? 0.2 : brightness(icing.colour) > 0.7 ? 0.95 : 0.7;
  const glint = sheet.symbol(`glint${wet}`, () =>
    tag("path", {
      d: "M-27-9q5-17 23-21",
      fill: "none",
      stroke: "#fffdf6",
      "stroke-width": 6.5,
      "stroke-linecap": "round",
      opacity: wet,
      filter: sheet.blur(1.1),
    }),
  );
  const turn = Math.round(random.near(30));
  const parts = [
    tag("ellipse", {
      cx: 4,
      cy: 10,
      rx: 45,
      ry: 41,
      fill: "#5a230b",
      opacity: 0.42,
      filter: sheet.blur(5),
    }),
    tag("use", { href: ball, fill: bare, transform: `rotate(${turn})` }),
    tag("use", { href: belt, transform: `rotate(${turn / 2})` }),
  ];
  if (icing?.style === "glaze") {
    parts.push(
      tag("use", {
        href: cap,
        fill: icing.colour,
        opacity: 0.3,
        stroke: "#ffffff",
        "stroke-width": 2.5,
        transform: `rotate(${turn / 2})`,
      }),
    );
  } else if (icing !== undefined) {
    parts.push(
      tag("use", {
        href: cap,
        fill: darker(icing.colour, 0.4),
        transform: `translate(.5 3)rotate(${turn / 2})`,
      }),
      tag("use", { href: cap, fill: icing.colour, transform: `rotate(${turn / 2})` }),
    );
  }
  parts.push(tag("use", { href: light }), tag("use", { href: glint }));
  return tag(
    "g",
    { transform: `translate(${num(x)} ${num(y)})scale(${Math.round((radius / 45) * 100) / 100})` },
    parts.join(""),
  );
}

const smoothBall = (random: Random): string =>
  tag("path", { d: smooth(blob(random, [0, 0], [45.5, 42.5], { count: 12, amount: 0.02 })) });
