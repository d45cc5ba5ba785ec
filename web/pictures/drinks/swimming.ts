// What is seen inside a glass: ice, fruit, leaves, streaks of caramel.

import { darker, lighter } from "../drawing/palette.ts";
import { ellipsePath, num, type Point, smooth, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";
import { mintLeaf } from "../toppings/cream.ts";
import { sphere } from "../toppings/fruit.ts";

function cube(sheet: Sheet, random: Random, at: Point, size: number): string {
  const d = smooth(
    blob(random, at, [size, size * 0.9], {
      square: 4.4,
      count: 16,
      tilt: random.between(-0.6, 0.6),
      amount: 0.02,
    }),
  );
  return tag("path", {
    d,
    fill: sheet.linear(["#ffffff/0.85", "#ffffff/0.22", "#ffffff/0.5"], 1, 1),
    stroke: "#ffffff",
    "stroke-width": 1.4,
    "stroke-opacity": 0.7,
  });
}

export function swimming(
  sheet: Sheet,
  random: Random,
  look: DrinkLook,
  garnish: ReadonlySet<string>,
  [x, level]: Point,
  bottom: number,
  at: (y: number) => number,
): string {
  const parts: string[] = [];
  if (garnish.has("streaks")) {
    const colour = look.ware ?? "#9a5216";
    const runs = [-0.82, -0.5, 0.1, 0.62, 0.86].map(
      (side, index) =>
        `M${num(x + side * at(level))} ${level - 4}q${index % 2 === 0 ? 9 : -9} 44 ${num(-side * 8)} ${70 + index * 12}`,
    );
    parts.push(
      tag("path", {
        d: runs.join(""),
        fill: "none",
        stroke: colour,
        "stroke-width": 8,
        "stroke-linecap": "round",
        opacity: 0.75,
      }),
    );
  }
  if (garnish.has("berries")) {
    const fruit = sheet.symbol("fruit", () => sphere(sheet, 12, "#c4204a"));
    for (let index = 0; index < 7; index += 1) {
      parts.push(
        tag("use", {
          href: fruit,
          transform: `translate(${num(x - 34 + (index % 4) * 22 + random.near(5))} ${num(bottom - 22 - Math.floor(index / 4) * 22 + random.near(5))})`,
        }),
      );
    }
  }
  if (garnish.has("peach") || garnish.has("lemon") || garnish.has("orange")) {
    const [rind, flesh] = garnish.has("lemon") ? ["#f2c42e", "#fff0a0"] : ["#ef8c3a", "#ffc98a"];
    parts.push(
      slice(sheet, [x - 24, bottom - 62], 30, rind ?? "#f2c42e", flesh ?? "#fff0a0", -0.4),
    );
  }
  if (garnish.has("mint") && garnish.has("lemon")) {
    for (const [dx, up, tilt] of [
      [-20, 60, -1],
      [14, 84, 0.4],
      [-8, 110, 2.6],
      [22, 42, -0.7],
      [-26, 24, 0.5],
      [4, 136, -0.3],
    ] as const) {
      parts.push(mintLeaf(sheet, [x + dx, bottom - up], 24, tilt));
    }
  }
  if (garnish.has("ice")) {
    for (const [dx, dy, size] of [
      [-26, 22, 23],
      [20, 30, 25],
      [-4, 66, 24],
      [30, 82, 19],
      [-34, 92, 19],
    ] as const) {
      parts.push(cube(sheet, random, [x + dx, level + dy], size));
    }
  }
  return parts.join("");
}

export function slice(
  sheet: Sheet,
  [x, y]: Point,
  radius: number,
  rind: string,
  flesh: string,
  tilt: number,
): string {
  const parts = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => {
    const angle = tilt + index * 0.785;
    const p = (turn: number, away: number): Point => [
      x + Math.cos(angle + turn) * radius * away,
      y + Math.sin(angle + turn) * radius * away * 0.9,
    ];
    return straight([p(0.39, 0.12), p(0.1, 0.78), p(0.39, 0.84), p(0.68, 0.78)]);
  });
  return (
    tag("path", { d: ellipsePath(x, y, radius, radius * 0.9), fill: rind }) +
    tag("path", { d: ellipsePath(x, y, radius * 0.9, radius * 0.8), fill: "#fffbe6" }) +
    tag("path", {
      d: parts.join(""),
      fill: sheet.linear([lighter(flesh, 0.2), darker(flesh, 0.12)], 1, 1),
      stroke: flesh,
      "stroke-width": 2,
      "stroke-linejoin": "round",
    })
  );
}
