// What goes between two halves.

import { num, type Point, smooth, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around, blob, turned } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BiteLook } from "../look.ts";

type Layer = NonNullable<BiteLook["layers"]>[number];

const frill = (random: Random, [x, y]: Point, [rx, ry]: Point, wave: number): Point[] => {
  const phase = random.between(0, 6);
  return around(32, (angle, index) => {
    const out = 1 + wave * Math.sin(index * 2.1 + phase) * 0.5 + random.near(wave * 0.6);
    return [x + Math.cos(angle) * rx * out, y + Math.sin(angle) * ry * out];
  });
};

/** One layer of a filling between two halves, seen from above and before. */
export function drawLayer(
  sheet: Sheet,
  random: Random,
  layer: Layer,
  [x, y]: Point,
  [rx, ry]: Point,
): void {
  const laid = (points: readonly Point[], colour: string, depth: number): string => {
    const d = smooth(points);
    return (
      tag("use", {
        href: `#${sheet.path(d)}`,
        fill: "#3d1606",
        opacity: 0.4,
        transform: "translate(1 5)",
        filter: sheet.blur(3),
      }) + sheet.volume(d, { colour, depth, shade: 0.5, light: 0.55 })
    );
  };
  switch (layer) {
    case "cream":
      sheet.add(laid(frill(random, [x, y], [rx * 1.01, ry * 1.03], 0.03), "#fff8ec", 14));
      break;
    case "salmon":
      for (const [dx, turn] of [
        [-56, 0.3],
        [58, -0.3],
        [2, 0],
      ] as const) {
        const fold = blob(random, [x + dx, y + ry * 0.72], [58, 32], {
          amount: 0.08,
          count: 10,
          tilt: turn,
        });
        sheet.add(laid(fold, "#f08a5d", 14));
        const lines = [-9, 0, 9].map((side) => {
          const [from, mid, to] = [
            turned([-40, side], turn, [x + dx, y + ry * 0.72]),
            turned([0, side - 7], turn, [x + dx, y + ry * 0.72]),
            turned([40, side], turn, [x + dx, y + ry * 0.72]),
          ];
          return `M${from.map(num).join(" ")}Q${mid.map(num).join(" ")} ${to.map(num).join(" ")}`;
        });
        sheet.add(
          tag("path", {
            d: lines.join(""),
            fill: "none",
            stroke: "#ffd0b0",
            "stroke-width": 2.6,
            opacity: 0.8,
          }),
        );
      }
      break;
    case "egg":
      sheet.add(laid(frill(random, [x, y + 4], [rx * 1.06, ry * 1.06], 0.035), "#f8d048", 16));
      break;
    case "cheese": {
      const sheetOf = straight([
        [x - rx * 1.08, y + 2],
        [x - 6, y - ry * 0.9],
        [x + rx * 1.1, y + 6],
        [x + rx * 0.5, y + ry * 0.95],
        [x + 6, y + ry * 1.36],
        [x - rx * 0.55, y + ry * 0.9],
      ]);
      sheet.add(
        tag("path", {
          d: sheetOf,
          fill: "#3d1606",
          opacity: 0.35,
          transform: "translate(0 5)",
          filter: sheet.blur(3),
        }),
        tag("path", {
          d: sheetOf,
          fill: sheet.linear(["#ffd75a", "#f3a51f"], 0.6, 1),
          stroke: "#f3a51f",
          "stroke-width": 7,
          "stroke-linejoin": "round",
        }),
      );
      break;
    }
    case "tomato":
      for (const dx of [-54, 4, 58]) {
        sheet.add(
          laid(blob(random, [x + dx, y + ry * 0.5], [46, 26], { count: 12 }), "#d8402c", 10),
        );
      }
      break;
    case "greens":
      sheet.add(laid(frill(random, [x, y + 2], [rx * 1.09, ry * 1.1], 0.1), "#6da33c", 12));
      break;
    case "patty":
      sheet.add(laid(frill(random, [x, y + 2], [rx * 1.03, ry * 1.05], 0.03), "#d59a32", 20));
      break;
    default:
      sheet.add(laid(frill(random, [x, y], [rx, ry], 0.02), "#8a4a16", 16));
  }
}
