// Bagels and buns: two halves and what is between them.

import type { Body } from "../donuts/dough.ts";
import { drawMound } from "../donuts/mound.ts";
import { drawRing } from "../donuts/ring.ts";
import type { Point } from "../drawing/path.ts";
import { type Random, randomFrom } from "../drawing/random.ts";
import type { Sheet } from "../drawing/sheet.ts";
import type { BiteLook } from "../look.ts";
import { mintLeaf } from "../toppings/cream.ts";
import { drawLayer } from "./layers.ts";

export function drawSandwich(sheet: Sheet, random: Random, look: BiteLook): Body {
  const ring = look.form === "bagel";
  const layers = look.layers ?? [];
  const rise = 9 * layers.length;
  const top: Point = [200, 142 - rise * 0.45];
  const seed = `${random.next()}`;
  const half = (): Body =>
    ring
      ? drawRing(sheet, randomFrom(seed), "cake", look.dough, top)
      : drawMound(sheet, randomFrom(seed), "ball", look.dough, false, top);
  const low = sheet.moved([0, 24 + rise * 0.95], half);
  const size: Point = [low.reach[0] * (ring ? 1.06 : 1.1), low.reach[1] * (ring ? 1.08 : 0.96)];
  for (const [index, layer] of layers.entries()) {
    drawLayer(sheet, random, layer, [200, 164 - index * 9 + rise * 0.3], size);
  }
  return half();
}

export const garnishAt = (sheet: Sheet, look: BiteLook): void => {
  if (look.layers?.includes("salmon")) {
    sheet.add(mintLeaf(sheet, [104, 186], 14, 0.5), mintLeaf(sheet, [118, 198], 12, 1.2));
  }
};
