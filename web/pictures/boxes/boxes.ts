// Everything to share, by form.

import type { Random } from "../drawing/random.ts";
import type { Sheet } from "../drawing/sheet.ts";
import type { BoxLook } from "../look.ts";
import { drawBucket } from "./bucket.ts";
import { drawCarton } from "./carton.ts";
import { drawTray } from "./tray.ts";

export function drawBox(sheet: Sheet, random: Random, look: BoxLook): void {
  switch (look.form) {
    case "bucket":
      drawBucket(sheet, random, look);
      break;
    case "tray":
      drawTray(sheet, random, look);
      break;
    default:
      drawCarton(sheet, random, look);
  }
}
