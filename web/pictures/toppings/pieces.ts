// Toppings that are placed: each is drawn once around (0, 0) and set down often.

import { num, type Point } from "../drawing/path.ts";
import { tag } from "../drawing/sheet.ts";
import type { ToppingKind } from "../look.ts";
import { drawCream } from "./cream.ts";
import {
  almond,
  berry,
  blossom,
  cherry,
  type Draw,
  pecan,
  petal,
  sphere,
  strawberry,
} from "./fruit.ts";
import { type Strewn, spread } from "./strewn.ts";
import { bacon, biscuit, butter, cookie, curl, star, wafer } from "./sweets.ts";

interface Piece {
  draw: Draw;
  count: number;
  gap: number;
  margin: number;
  /** How far, in degrees, one may lie differently from the next. */
  spin: number;
  colours?: readonly string[];
}

const PIECES: Partial<Record<ToppingKind, Piece>> = {
  berries: { draw: berry, count: 9, gap: 27, margin: 9, spin: 20 },
  cherries: { draw: cherry, count: 4, gap: 54, margin: 18, spin: 12 },
  strawberries: { draw: strawberry, count: 7, gap: 44, margin: 14, spin: 48 },
  pecans: { draw: pecan, count: 8, gap: 34, margin: 9, spin: 60 },
  hazelnuts: {
    draw: (sheet) => sphere(sheet, 11, "#b86f30"),
    count: 9,
    gap: 30,
    margin: 10,
    spin: 0,
  },
  cookie: { draw: cookie, count: 3, gap: 70, margin: 16, spin: 28 },
  biscuit: { draw: biscuit, count: 1, gap: 1, margin: 0, spin: 0 },
  bacon: { draw: bacon, count: 2, gap: 1, margin: 0, spin: 0 },
  wafer: { draw: wafer, count: 1, gap: 1, margin: 0, spin: 0 },
  butter: { draw: butter, count: 1, gap: 1, margin: 0, spin: 0 },
  blossoms: { draw: blossom, count: 8, gap: 34, margin: 11, spin: 70 },
  stars: {
    draw: star,
    count: 9,
    gap: 30,
    margin: 10,
    spin: 36,
    colours: ["#f2506b", "#3fb6c6", "#ffffff"],
  },
  almonds: {
    draw: almond,
    count: 34,
    gap: 15,
    margin: 7,
    spin: 180,
    colours: ["#f3dcae", "#e3b676"],
  },
  petals: {
    draw: petal,
    count: 15,
    gap: 21,
    margin: 8,
    spin: 180,
    colours: ["#d9627f", "#e98aa2", "#b94466"],
  },
  curls: { draw: curl, count: 14, gap: 24, margin: 12, spin: 90 },
};

/** Where a piece that stands alone is put: to the right of the middle, in full view. */
function alone(kind: ToppingKind, { body }: Strewn): Point[] {
  const [[x, y], [rx, ry]] = [body.centre, body.reach];
  switch (kind) {
    case "bacon":
      return [
        [x - 2, y - 12],
        [x + 4, y + 17],
      ];
    case "butter":
      return [[x - 4, y - 2]];
    default:
      return [[x + rx * 0.55, y + ry * 0.12]];
  }
}

export function drawPieces(kind: ToppingKind, strewn: Strewn): void {
  const piece = PIECES[kind];
  if (piece === undefined) {
    drawCream(kind, strewn);
    return;
  }
  const { sheet, random, amount } = strewn;
  const colours = strewn.colours ?? piece.colours;
  const shades = colours ?? [undefined];
  const spots =
    piece.gap === 1
      ? alone(kind, strewn)
      : spread(strewn, piece.count * amount, piece.gap, piece.margin);
  const placed = spots.map(([x, y], index) => {
    const shade = shades[index % shades.length];
    const href = sheet.symbol(`${kind}${shade}`, () =>
      piece.draw(sheet, random, shade === undefined ? [] : [shade]),
    );
    const turn = Math.round(random.near(piece.spin));
    const size = num(piece.spin > 0 ? random.between(0.85, 1.15) : 1);
    return tag("use", {
      href,
      transform: `translate(${Math.round(x)} ${Math.round(y)})rotate(${turn})${size === "1" ? "" : `scale(${size})`}`,
    });
  });
  sheet.add(...placed);
}
