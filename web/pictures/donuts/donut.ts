// A whole donut: dough, filling, icing, drizzle and toppings in the order a kitchen puts them on.

import type { Random } from "../drawing/random.ts";
import type { Sheet } from "../drawing/sheet.ts";
import type { DonutLook } from "../look.ts";
import { drawToppings } from "../toppings/toppings.ts";
import { drawCruller } from "./cruller.ts";
import type { Body } from "./dough.ts";
import { drawPeek, drawWell } from "./filling.ts";
import { drawDrizzle, drawIcing } from "./icing.ts";
import { drawLayers } from "./layers.ts";
import { drawMochi } from "./mochi.ts";
import { drawMound } from "./mound.ts";
import { drawPile } from "./pile.ts";
import { drawRing } from "./ring.ts";
import { drawHalved, drawSplit } from "./sliced.ts";
import { drawTwist } from "./twist.ts";

function bodyOf(sheet: Sheet, random: Random, look: DonutLook): { body: Body; iced: boolean } {
  const { form, dough, icing, filling } = look;
  if (filling?.show === "halved") {
    return { body: drawHalved(sheet, random, look, filling), iced: true };
  }
  if (filling?.show === "split" && form !== "layers") {
    return { body: drawSplit(sheet, random, look, filling), iced: false };
  }
  switch (form) {
    case "ring":
    case "cake":
    case "oldfashioned":
      return { body: drawRing(sheet, random, form, dough), iced: false };
    case "cruller":
      return { body: drawCruller(sheet, random, dough, icing), iced: true };
    case "mochi":
      return { body: drawMochi(sheet, random, dough, icing), iced: true };
    case "twist":
      return { body: drawTwist(sheet, random, dough, icing), iced: true };
    case "layers":
      return { body: drawLayers(sheet, random, dough, filling?.colour ?? "#fff0cc"), iced: false };
    case "holes":
    case "sticks":
    case "trio":
    case "pillows":
      return { body: drawPile(sheet, random, look), iced: true };
    default:
      return {
        body: drawMound(sheet, random, form, dough, form === "ball" || form === "bar"),
        iced: false,
      };
  }
}

export function drawDonut(sheet: Sheet, random: Random, look: DonutLook): void {
  const { body, iced } = bodyOf(sheet, random, look);
  if (look.icing !== undefined && !iced) {
    drawIcing(sheet, body, look.icing);
  }
  if (look.drizzle !== undefined) {
    drawDrizzle(sheet, random, body, look.drizzle);
  }
  if (look.filling?.show === "well") {
    drawWell(sheet, random, body, look.filling);
  }
  drawToppings(sheet, random, body, look.toppings ?? []);
  if (look.filling?.show === "peek") {
    drawPeek(sheet, random, look.filling);
  }
}
