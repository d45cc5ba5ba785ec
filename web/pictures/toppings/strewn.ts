// What every topping is given, and how its pieces are shared out over the dough.

import type { Body } from "../donuts/dough.ts";
import type { Point } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Area, scatter } from "../drawing/scatter.ts";
import type { Sheet } from "../drawing/sheet.ts";

export interface Strewn {
  sheet: Sheet;
  random: Random;
  body: Body;
  areas: readonly Area[];
  /** The look's own colours; each kind has its usual ones. */
  colours: readonly string[] | undefined;
  amount: number;
}

/** `count` points shared out over all pieces of the dough. */
export function spread({ random, areas }: Strewn, count: number, gap: number, margin = 6): Point[] {
  const each = Math.max(1, Math.round(count / areas.length));
  return areas.flatMap((area) => scatter(random, area, { count: each, gap, margin }));
}

export interface Coloured extends Strewn {
  colours: readonly string[];
}
