// The pictures' public face: an id and a look in, a complete SVG out.

import { drawBite } from "./bites/bites.ts";
import { drawBox } from "./boxes/boxes.ts";
import { drawDonut } from "./donuts/donut.ts";
import { type Random, randomFrom } from "./drawing/random.ts";
import { Sheet } from "./drawing/sheet.ts";
import { drawBottle } from "./drinks/bottle.ts";
import { drawCup } from "./drinks/cups.ts";
import { drawGlass } from "./drinks/glasses.ts";
import { drawPaper } from "./drinks/paper.ts";
import type { DrinkLook, Look } from "./look.ts";

export type { Look, Looks } from "./look.ts";
export { lookFor } from "./lookfor.ts";

function drawDrink(sheet: Sheet, random: Random, look: DrinkLook): void {
  switch (look.vessel) {
    case "paper":
      drawPaper(sheet, look);
      break;
    case "bottle":
      drawBottle(sheet, look);
      break;
    case "cup":
    case "espresso":
    case "teacup":
      drawCup(sheet, random, look);
      break;
    default:
      drawGlass(sheet, random, look);
  }
}

/**
 * A self-contained SVG (400 x 300, no scripts, no references outside itself). The same id and look
 * always give the same text; ids inside carry a prefix made of `id`, so that several pictures can
 * stand inline on one page.
 */
export function drawPicture(id: string, look: Look): string {
  const sheet = new Sheet(id);
  const random = randomFrom(id);
  switch (look.kind) {
    case "donut":
      drawDonut(sheet, random, look);
      break;
    case "drink":
      drawDrink(sheet, random, look);
      break;
    case "bite":
      drawBite(sheet, random, look);
      break;
    case "box":
      drawBox(sheet, random, look);
      break;
  }
  return sheet.render(look.ground);
}
