// A hot drink as seen from above: figures in milk, foam, crema.

import { darker, lighter, mix } from "../drawing/palette.ts";
import { ellipsePath, num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";
import { rosette } from "../toppings/cream.ts";
import { drawAfloat } from "./afloat.ts";

/** The drink as seen from above: crema, foam, art, what floats. */
export function drawSurface(
  sheet: Sheet,
  random: Random,
  look: DrinkLook,
  [x, y]: Point,
  [rx, ry]: Point,
): void {
  const liquid = look.layers.at(-1) ?? "#4a2412";
  const ring = look.layers.at(-2) ?? darker(liquid, 0.3);
  const d = ellipsePath(x, y, rx, ry);
  const parts = [
    tag("ellipse", {
      cx: x,
      cy: y,
      rx,
      ry,
      fill: sheet.radial([lighter(liquid, 0.22), liquid, mix(liquid, ring, 0.8)], 0.42, 0.36, 0.62),
    }),
    tag("path", {
      d,
      fill: "none",
      stroke: darker(ring, 0.2),
      "stroke-width": 4,
      opacity: 0.55,
      filter: sheet.blur(1.5),
    }),
  ];
  parts.push(...latteArt(sheet, random, look.surface, [x, y], [rx, ry]));
  sheet.add(sheet.clipped(d, parts.join("")));
  if (look.surface === "cream") {
    sheet.add(rosette(sheet, [x, y - 6], rx * 1.36));
  }
  drawAfloat(sheet, random, look, [x, y], [rx, ry]);
}

/** What the pourer or the machine left on top: figures in milk, foam, crema. */
function latteArt(
  sheet: Sheet,
  random: Random,
  surface: DrinkLook["surface"],
  [x, y]: Point,
  [rx, ry]: Point,
): string[] {
  const parts: string[] = [];
  const milk = "#fffaf0";
  const flat = (points: readonly Point[]): string =>
    smooth(points.map(([px, py]): Point => [x + px * rx, y + py * ry]));
  switch (surface) {
    case "leaf": {
      const leaves = [0.62, 0.36, 0.1, -0.16, -0.4].map((at, index) => {
        const wide = 0.5 - Math.abs(index - 1.2) * 0.07;
        return flat([
          [0, at + 0.26],
          [-wide, at - 0.06],
          [-wide * 0.86, at - 0.26],
          [0, at + 0.04],
          [wide * 0.86, at - 0.26],
          [wide, at - 0.06],
        ]);
      });
      parts.push(
        tag("path", {
          d:
            leaves.join("") +
            flat([
              [0, -0.86],
              [-0.13, -0.6],
              [0, -0.44],
              [0.13, -0.6],
            ]),
          fill: milk,
          opacity: 0.95,
        }),
        tag("path", {
          d: `M${x} ${num(y - ry * 0.8)}L${x} ${num(y + ry * 0.86)}`,
          stroke: milk,
          "stroke-width": 3,
        }),
      );
      break;
    }
    case "heart":
      parts.push(
        tag("path", {
          d: flat([
            [0, 0.72],
            [-0.44, 0.1],
            [-0.5, -0.3],
            [-0.24, -0.52],
            [0, -0.3],
            [0.24, -0.52],
            [0.5, -0.3],
            [0.44, 0.1],
          ]),
          fill: milk,
          opacity: 0.96,
        }),
      );
      break;
    case "tulip":
      for (const [at, wide] of [
        [0.5, 0.34],
        [0.12, 0.46],
        [-0.3, 0.4],
      ] as const) {
        parts.push(
          tag("path", {
            d: flat([
              [0, at + 0.22],
              [-wide, at - 0.02],
              [-wide * 0.8, at - 0.32],
              [0, at - 0.12],
              [wide * 0.8, at - 0.32],
              [wide, at - 0.02],
            ]),
            fill: milk,
            opacity: 0.95,
          }),
        );
      }
      break;
    case "foam":
      parts.push(
        tag("ellipse", {
          cx: x - 2,
          cy: y - 4,
          rx: rx * 0.86,
          ry: ry * 0.88,
          fill: sheet.radial(["#ffffff", "#fff6e6", "#ecd6b6"], 0.4, 0.3, 0.75),
        }),
        bubbles(random, [x, y - 3], [rx * 0.78, ry * 0.75]),
      );
      break;
    case "crema":
      parts.push(
        tag("path", {
          d: [-0.5, -0.1, 0.3]
            .map(
              (at) =>
                `M${num(x - rx * 0.7)} ${num(y + ry * at)}q${num(rx * 0.4)} ${num(-ry * 0.5)} ${num(rx * 0.8)} 0t${num(rx * 0.5)} -3`,
            )
            .join(""),
          fill: "none",
          stroke: "#8a4a1c",
          "stroke-width": 3,
          opacity: 0.55,
          filter: sheet.blur(1),
        }),
      );
      break;
    case "froth":
      parts.push(bubbles(random, [x, y], [rx * 0.92, ry * 0.9]));
      break;
    default:
  }
  return parts;
}

function bubbles(random: Random, [x, y]: Point, [rx, ry]: Point): string {
  const at = Array.from({ length: 46 }, () => {
    const [angle, away] = [random.between(0, 6.3), Math.sqrt(random.next())];
    return `M${num(x + Math.cos(angle) * away * rx)} ${num(y + Math.sin(angle) * away * ry)}h.1`;
  });
  const round = { fill: "none", "stroke-linecap": "round" };
  return (
    tag("path", {
      d: at.join(""),
      ...round,
      stroke: "#b98d5c",
      "stroke-width": 4.6,
      opacity: 0.28,
    }) +
    tag("path", { d: at.join(""), ...round, stroke: "#fffdf8", "stroke-width": 3, opacity: 0.85 })
  );
}
