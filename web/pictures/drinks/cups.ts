// Hot drinks in ceramic: cup and saucer, espresso cup, teacup.

import { darker, lighter } from "../drawing/palette.ts";
import type { Point } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";
import { drawSurface } from "./surface.ts";

interface CupSize {
  top: number;
  bottom: number;
  rim: Point;
  foot: number;
  handle: number;
}

const CUPS: Record<"cup" | "espresso" | "teacup", CupSize> = {
  cup: { top: 112, bottom: 238, rim: [92, 36], foot: 46, handle: 44 },
  espresso: { top: 136, bottom: 232, rim: [64, 25], foot: 36, handle: 32 },
  teacup: { top: 128, bottom: 232, rim: [100, 38], foot: 42, handle: 40 },
};

export function drawCup(sheet: Sheet, random: Random, look: DrinkLook): void {
  const size = CUPS[look.vessel === "espresso" || look.vessel === "teacup" ? look.vessel : "cup"];
  const {
    top,
    bottom,
    rim: [rx, ry],
    foot,
    handle,
  } = size;
  const x = 190;
  const ware = look.ware ?? "#fbf4ea";
  const [dark, pale] = [darker(ware, 0.3), lighter(ware, 0.7)];
  const bowl =
    look.vessel === "teacup"
      ? `M${x - rx} ${top}C${x - rx + 4} ${top + 60} ${x - foot - 14} ${bottom - 8} ${x - foot} ${bottom}Q${x} ${bottom + 12} ${x + foot} ${bottom}C${x + foot + 14} ${bottom - 8} ${x + rx - 4} ${top + 60} ${x + rx} ${top}Z`
      : `M${x - rx} ${top}C${x - rx} ${top + 70} ${x - foot - 18} ${bottom - 4} ${x - foot} ${bottom}Q${x} ${bottom + 12} ${x + foot} ${bottom}C${x + foot + 18} ${bottom - 4} ${x + rx} ${top + 70} ${x + rx} ${top}Z`;
  const grip = `M${x + rx - 8} ${top + 22}C${x + rx + handle} ${top + 8} ${x + rx + handle} ${top + 74} ${x + rx - 24} ${top + 74}`;
  const thick = handle * 0.34;
  const plate = (dy: number, grow: number, fill: string): string =>
    tag("ellipse", {
      cx: x + 4,
      cy: bottom - 4 + dy,
      rx: rx * 1.42 + grow,
      ry: (rx * 1.42 + grow) * 0.3,
      fill,
    });
  sheet.add(
    sheet.shadow(x + 4, bottom + 8, rx * 1.42, rx * 0.42),
    plate(7, 0, darker(ware, 0.42)),
    plate(0, 0, sheet.linear([pale, ware, dark], 1, 0.6)),
    plate(2, -rx * 0.28, sheet.linear([darker(ware, 0.2), lighter(ware, 0.3)], 0.4, 1)),
    tag("ellipse", {
      cx: x + 14,
      cy: bottom + 1,
      rx: foot * 1.55,
      ry: foot * 0.42,
      fill: "#5a230b",
      opacity: 0.42,
      filter: sheet.blur(4),
    }),
    tag("path", {
      d: grip,
      fill: "none",
      stroke: darker(ware, 0.42),
      "stroke-width": thick,
      "stroke-linecap": "round",
    }),
    tag("path", {
      d: grip,
      fill: "none",
      stroke: ware,
      "stroke-width": thick * 0.72,
      "stroke-linecap": "round",
      transform: "translate(-1 -1.4)",
    }),
    tag("path", {
      d: grip,
      fill: "none",
      stroke: pale,
      "stroke-width": thick * 0.2,
      "stroke-linecap": "round",
      transform: "translate(-1 -3.4)",
      opacity: 0.9,
    }),
    sheet.volume(bowl, {
      colour: ware,
      fill: sheet.linear([lighter(ware, 0.35), ware, darker(ware, 0.34)], 1, 0.2),
      depth: 34,
      shade: 0.5,
      light: 0.12,
    }),
    tag("path", {
      d: `M${x - rx + 15} ${top + 34}q4 42 24 62`,
      fill: "none",
      stroke: "#fff",
      "stroke-width": 8,
      "stroke-linecap": "round",
      opacity: 0.8,
      filter: sheet.blur(2.2),
    }),
    tag("ellipse", {
      cx: x,
      cy: top,
      rx,
      ry,
      fill: sheet.linear([pale, darker(ware, 0.16)], 1, 1),
    }),
    tag("ellipse", {
      cx: x,
      cy: top + 1.5,
      rx: rx - 6,
      ry: ry - 4.5,
      fill: sheet.linear([darker(ware, 0.42), darker(ware, 0.12)], 0.6, 1),
    }),
  );
  drawSurface(sheet, random, look, [x, top + 6], [rx - 9, ry - 7.5]);
}
