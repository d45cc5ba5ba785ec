// Every topping by name: what is strewn here, what is placed in pieces.ts.

import type { Body } from "../donuts/dough.ts";
import { num } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import type { Sheet } from "../drawing/sheet.ts";
import type { Topping, ToppingKind } from "../look.ts";
import { grains, powder } from "./grains.ts";
import { drawPieces } from "./pieces.ts";
import { chips, curled, rods, strokes } from "./small.ts";
import { type Coloured, type Strewn, spread } from "./strewn.ts";

const COLOURS: Partial<Record<ToppingKind, readonly string[]>> = {
  sprinkles: ["#f2506b", "#ffd23f", "#3fb6c6", "#7bc24a", "#ffffff", "#9a5cc6"],
  dots: ["#f2506b", "#ffd23f", "#3fb6c6", "#7bc24a", "#ff8c42", "#9a5cc6"],
  nuts: ["#c98a4b", "#e0b071", "#a9682f"],
  pistachio: ["#8da84a", "#b5c56a", "#6d8a36", "#a08a58"],
  crumbs: ["#b5763c", "#d09a5c", "#95592a"],
  shards: ["#4a2414", "#6a3a22", "#2f150b"],
  cubes: ["#f0d9a0", "#e6c37a", "#d9a85a"],
  cane: ["#ffffff", "#d92b3a", "#f7f1ec"],
  coconut: ["#fffdf7"],
  zest: ["#f5a623"],
  peel: ["#f28c1e"],
  seeds: ["#20191a"],
  sugar: ["#ffffff"],
  salt: ["#ffffff"],
  powder: ["#fffdfa"],
};

const STREWN: Partial<Record<ToppingKind, (strewn: Coloured) => void>> = {
  sprinkles: (strewn) => rods(strewn, 66 * strewn.amount, 9.5, 4),
  dots: (strewn) =>
    strokes(
      strewn,
      spread(strewn, 96 * strewn.amount, 7, 4),
      4.6,
      ([x, y]) => `M${num(x)} ${num(y)}h0`,
    ),
  nuts: (strewn) => chips(strewn, 38 * strewn.amount, 6.6, 10),
  pistachio: (strewn) => chips(strewn, 38 * strewn.amount, 5.6, 9),
  crumbs: (strewn) => chips(strewn, 46 * strewn.amount, 5.2, 8),
  shards: (strewn) => chips(strewn, 32 * strewn.amount, 8, 12),
  cubes: (strewn) => chips(strewn, 20 * strewn.amount, 9, 17),
  cane: (strewn) => chips(strewn, 40 * strewn.amount, 6.4, 11),
  coconut: (strewn) => curled(strewn, 105 * strewn.amount, 15, 3.2),
  zest: (strewn) => curled(strewn, 22 * strewn.amount, 15, 2.6, 14),
  peel: (strewn) => curled(strewn, 15 * strewn.amount, 25, 6.5, 22),
  seeds: (strewn) => rods(strewn, 70 * strewn.amount, 2.4, 3.2),
  sugar: (strewn) => grains(strewn, strewn.amount, 2.4, 0.24),
  salt: (strewn) => chips(strewn, 26 * strewn.amount, 3.4, 11),
  powder,
};

export function drawToppings(
  sheet: Sheet,
  random: Random,
  body: Body,
  toppings: readonly Topping[],
): void {
  for (const { kind, colours, amount = 1 } of toppings) {
    const strewn: Strewn = {
      sheet,
      random,
      body,
      areas: [body.icing, ...(body.more ?? [])],
      colours,
      amount,
    };
    const strew = STREWN[kind];
    if (strew === undefined) {
      drawPieces(kind, strewn);
    } else {
      strew({ ...strewn, colours: colours ?? COLOURS[kind] ?? ["#ffffff"] });
    }
  }
}
