// What is strewn on a hot drink or swims in it.

import { ellipsePath, num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";

/** What is strewn on a hot drink or swims in it. */
export function drawAfloat(
  sheet: Sheet,
  random: Random,
  look: DrinkLook,
  [x, y]: Point,
  [rx, ry]: Point,
): void {
  const garnish = look.garnish ?? [];
  if (garnish.includes("cocoa") || garnish.includes("spice")) {
    const colour = garnish.includes("cocoa") ? "#5a2c14" : "#a4561f";
    const specks = Array.from({ length: 60 }, () => {
      const [angle, away] = [random.between(0, 6.3), Math.sqrt(random.next())];
      return `M${num(x + Math.cos(angle) * away * rx * 0.6)} ${num(y - (look.surface === "cream" ? 26 : 3) + Math.sin(angle) * away * ry * 0.6)}h.1`;
    });
    sheet.add(
      tag("path", {
        d: specks.join(""),
        stroke: colour,
        "stroke-width": 2.2,
        "stroke-linecap": "round",
        opacity: 0.75,
      }),
    );
  }
  if (garnish.includes("shavings")) {
    const bits = Array.from(
      { length: 12 },
      () =>
        `M${num(x + random.near(rx * 0.7))} ${num(y - 20 + random.near(20))}l${num(random.near(9))} ${num(random.near(6))}`,
    );
    sheet.add(
      tag("path", {
        d: bits.join(""),
        stroke: "#4a2414",
        "stroke-width": 3,
        "stroke-linecap": "round",
      }),
    );
  }
  if (garnish.includes("marshmallows")) {
    for (const [dx, dy] of [
      [-30, 4],
      [-2, -10],
      [26, 6],
      [2, 14],
    ] as const) {
      const cube = smooth(
        blob(random, [x + dx, y + dy - 5], [17, 13], {
          square: 3.4,
          count: 14,
          tilt: random.near(0.5),
        }),
      );
      sheet.add(
        tag("path", {
          d: cube,
          fill: "#3d1606",
          opacity: 0.4,
          transform: "translate(2 5)",
          filter: sheet.blur(2),
        }),
        sheet.volume(cube, { colour: "#fff3e4", depth: 10, shade: 0.4, light: 0.8 }),
        tag("ellipse", {
          cx: x + dx,
          cy: y + dy - 8,
          rx: 9,
          ry: 5,
          fill: "#b8692a",
          opacity: 0.55,
          filter: sheet.blur(2.5),
        }),
      );
    }
  }
  if (garnish.includes("caramel")) {
    sheet.add(
      sheet.clipped(
        ellipsePath(x, y, rx, ry),
        tag("path", {
          d: `M${x - rx} ${y - 8}l26 26l16 -34l22 40l22 -40l22 38l18 -30l20 18`,
          fill: "none",
          stroke: "#b5651d",
          "stroke-width": 4,
          "stroke-linejoin": "round",
          opacity: 0.9,
        }),
      ),
    );
  }
  if (garnish.includes("teabag")) {
    sheet.add(
      tag("path", {
        d: `M${x + 20} ${y + 4}Q${x + 62} ${y - 4} ${x + rx + 4} ${y - 4}T${x + rx - 8} ${y + 50}`,
        fill: "none",
        stroke: "#fffdf6",
        "stroke-width": 2,
      }),
      tag("rect", { x: x + rx - 22, y: y + 48, width: 28, height: 28, rx: 3, fill: "#c8442f" }),
      tag("circle", {
        cx: x + rx - 8,
        cy: y + 62,
        r: 8,
        fill: "none",
        stroke: "#fff4e0",
        "stroke-width": 4,
      }),
    );
  }
  if (garnish.includes("steam")) {
    sheet.add(steam(sheet, x, y - ry - 8));
  }
}

export const steam = (sheet: Sheet, x: number, y: number): string =>
  tag("path", {
    d: [-26, 0, 26]
      .map((dx, index) => `M${x + dx} ${y}c-14 -18 14 -26 0 -${44 + index * 5}`)
      .join(""),
    fill: "none",
    stroke: "#ffffff",
    "stroke-width": 7,
    "stroke-linecap": "round",
    opacity: 0.55,
    filter: sheet.blur(4),
  });
