// An open carton of six or twelve.

import { darker, lighter } from "../drawing/palette.ts";
import { type Point, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BoxLook } from "../look.ts";
import { drawSmall } from "./small.ts";

export function drawCarton(sheet: Sheet, random: Random, look: BoxLook): void {
  const dozen = look.form === "dozen";
  const card = look.card;
  const [left, right, back, front] = dozen ? [62, 338, 88, 246] : [74, 326, 108, 240];
  const inset = 16;
  const quad = (points: readonly Point[], fill: string): string =>
    tag("path", {
      d: straight(points),
      fill,
      stroke: fill,
      "stroke-width": 2,
      "stroke-linejoin": "round",
    });
  sheet.add(
    sheet.shadow(204, front + 8, (right - left) / 2 + 6, 20, 0.5),
    // The lid stands open behind.
    quad(
      [
        [left + inset, back],
        [right - inset, back],
        [right - 4, back - 64],
        [left + 4, back - 64],
      ],
      lighter(card, 0.16),
    ),
    tag("path", {
      d: straight([
        [left + inset, back],
        [right - inset, back],
        [right - 4, back - 64],
        [left + 4, back - 64],
      ]),
      fill: sheet.linear(["#ffffff/0.28", "#4a1d0a/0.22"], 0.3, 1),
    }),
    tag("path", {
      d: `M200 ${back - 46}m-17 13a17 14 0 1 0 34 0a17 14 0 1 0 -34 0m11 0a6 5 0 1 0 12 0a6 5 0 1 0 -12 0`,
      fill: lighter(card, 0.85),
      "fill-rule": "evenodd",
      opacity: 0.95,
    }),
    tag("path", {
      d: `M${left + 40} ${back - 30}h74M${right - 114} ${back - 30}h74`,
      stroke: lighter(card, 0.85),
      "stroke-width": 3,
      "stroke-linecap": "round",
      opacity: 0.65,
    }),
    quad(
      [
        [left + inset, back],
        [right - inset, back],
        [right, front - 14],
        [left, front - 14],
      ],
      darker(lighter(card, 0.55), 0.25),
    ),
    quad(
      [
        [left + inset, back],
        [right - inset, back],
        [right, front - 14],
        [left, front - 14],
      ],
      "#f3e0c4",
    ),
    tag("path", {
      d: straight([
        [left + inset, back],
        [right - inset, back],
        [right - 22, back + 22],
        [left + 22, back + 22],
      ]),
      fill: "#4a1d0a",
      opacity: 0.28,
      filter: sheet.blur(6),
    }),
  );
  const [columns, rows] = dozen ? [4, 3] : [3, 2];
  const size = dozen ? 33 : 42;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const index = row * columns + column;
      const depth = (row + 0.5) / rows;
      const wide = right - left - 2 * inset * (1 - depth) - 18;
      const spot: Point = [
        200 + ((column + 0.5) / columns - 0.5) * wide + random.near(2),
        back + 8 + (front - back - 34) * depth + random.near(2),
      ];
      sheet.add(
        drawSmall(
          sheet,
          random,
          spot,
          size * (0.93 + 0.1 * depth),
          look.icings[index % look.icings.length] ?? "#f5a3b5",
          index,
        ),
      );
    }
  }
  const face: Point[] = [
    [left - 2, front - 30],
    [right + 2, front - 30],
    [right - 4, front + 12],
    [left + 4, front + 12],
  ];
  sheet.add(
    tag("path", {
      d: straight(face),
      fill: "#3d1606",
      opacity: 0.3,
      transform: "translate(0 -5)",
      filter: sheet.blur(4),
    }),
    quad(face, card),
    tag("path", {
      d: straight(face),
      fill: sheet.linear(["#ffffff/0.3", "#ffffff/0", "#4a1d0a/0.24"], 0.25, 1),
    }),
    tag("path", {
      d: `M${left + 4} ${front - 27}H${right - 4}`,
      stroke: "#ffffff",
      "stroke-width": 2.4,
      opacity: 0.6,
    }),
  );
}
