// Every savoury bite by form, with its toppings.

import { type Body, onTorus } from "../donuts/dough.ts";
import { type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { BiteLook } from "../look.ts";
import { drawToppings } from "../toppings/toppings.ts";
import { drawRollBun, drawSwirl } from "./buns.ts";
import { drawCroissant } from "./croissant.ts";
import { drawPretzel } from "./pretzel.ts";
import { drawSandwich, garnishAt } from "./sandwich.ts";
import { drawHashBrown, drawToastie } from "./toastie.ts";

const DRAWN: Record<BiteLook["form"], (sheet: Sheet, random: Random, look: BiteLook) => Body> = {
  bagel: drawSandwich,
  muffin: drawSandwich,
  bun: drawSandwich,
  croissant: drawCroissant,
  hashbrown: drawHashBrown,
  toastie: drawToastie,
  pretzel: drawPretzel,
  swirl: drawSwirl,
  rollbun: drawRollBun,
};

export function drawBite(sheet: Sheet, random: Random, look: BiteLook): void {
  const body = DRAWN[look.form](sheet, random, look);
  if (look.form === "rollbun") {
    return;
  }
  if (look.form === "bagel") {
    // Boiled crust shines.
    const torus = { centre: [200, body.centre[1] + 22] as Point, radius: 83, tube: 40 };
    const arc = Array.from({ length: 7 }, (_, index) => onTorus(torus, 3.4 + index * 0.15, 1.25));
    sheet.add(
      tag("path", {
        d: smooth(arc, false),
        fill: "none",
        stroke: "#fffdf6",
        "stroke-width": 9,
        "stroke-linecap": "round",
        opacity: 0.5,
        filter: sheet.blur(2.5),
      }),
    );
  }
  drawToppings(sheet, random, body, look.toppings ?? []);
  garnishAt(sheet, look);
}
