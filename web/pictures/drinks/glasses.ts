// Drinks one sees through: latte glasses, iced drinks, frappés.

import { darker, lighter } from "../drawing/palette.ts";
import { num, type Point } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";
import { onTop } from "./garnish.ts";
import { swimming } from "./swimming.ts";

interface GlassSize {
  top: number;
  bottom: number;
  wide: number;
  foot: number;
}

const GLASSES: Record<string, GlassSize> = {
  latte: { top: 66, bottom: 246, wide: 62, foot: 44 },
  glass: { top: 58, bottom: 250, wide: 66, foot: 50 },
  tumbler: { top: 104, bottom: 244, wide: 80, foot: 62 },
  frappe: { top: 98, bottom: 256, wide: 68, foot: 44 },
};

const ROUND = 0.28;

export function drawGlass(sheet: Sheet, random: Random, look: DrinkLook): void {
  const { top, bottom, wide, foot } = GLASSES[look.vessel] ?? {
    top: 58,
    bottom: 250,
    wide: 66,
    foot: 50,
  };
  const x = 200;
  const garnish = new Set(look.garnish ?? []);
  const level = top + (look.vessel === "frappe" ? 6 : 24);
  const at = (y: number): number => foot + ((wide - foot) * (bottom - y)) / (bottom - top);
  const hull = (y: number, inset: number): string => {
    const [up, low] = [at(y) - inset, foot - inset];
    return `M${num(x - up)} ${num(y)}L${num(x - low)} ${num(bottom - inset)}A${num(low)} ${num(low * ROUND)} 0 0 0 ${num(x + low)} ${num(bottom - inset)}L${num(x + up)} ${num(y)}A${num(up)} ${num(up * ROUND)} 0 0 1 ${num(x - up)} ${num(y)}Z`;
  };
  const inside = hull(level, 6);
  const surface: Point = [at(level) - 6, (at(level) - 6) * ROUND];
  const liquid = look.layers.at(-1) ?? "#ffffff";
  sheet.add(sheet.shadow(x + 4, bottom + 4, foot * 1.25, foot * 0.36, 0.5));
  if (garnish.has("straw")) {
    const colour = look.ware ?? "#e2574c";
    const lean = (dx: number): string =>
      `M${x + 20 + dx} ${bottom - 60}L${x + 54 + dx} ${top - 44}`;
    sheet.add(
      tag("path", {
        d: lean(0),
        stroke: darker(colour, 0.3),
        "stroke-width": 11,
        "stroke-linecap": "round",
      }),
      tag("path", { d: lean(-1), stroke: colour, "stroke-width": 8, "stroke-linecap": "round" }),
      tag("path", { d: lean(-2.6), stroke: "#fff", "stroke-width": 2.4, opacity: 0.7 }),
    );
  }
  sheet.add(
    tag("ellipse", { cx: x, cy: top, rx: wide, ry: wide * ROUND, fill: "#ffffff", opacity: 0.35 }),
    sheet.clipped(
      inside,
      tag("path", {
        d: inside,
        fill: sheet.linear(
          [...look.layers]
            .reverse()
            .flatMap((colour, index) => (index === 0 ? [colour] : [colour, colour])),
          0.04,
          1,
        ),
      }) +
        swimming(sheet, random, look, garnish, [x, level], bottom, at) +
        tag("path", {
          d: inside,
          fill: "none",
          stroke: "#4a1d0a",
          "stroke-width": 26,
          opacity: 0.3,
          filter: sheet.blur(9),
          transform: "translate(-9 -7)",
        }),
    ),
  );
  const foamy = look.surface === "froth" || look.surface === "foam";
  sheet.add(
    tag("ellipse", {
      cx: x,
      cy: level,
      rx: surface[0],
      ry: surface[1],
      fill: sheet.radial(
        [lighter(liquid, 0.6), lighter(liquid, 0.15), darker(liquid, 0.2)],
        0.4,
        0.3,
        0.75,
      ),
    }),
  );
  if (foamy) {
    const froth = Array.from({ length: 44 }, () => {
      const [angle, away] = [random.between(0, 6.3), Math.sqrt(random.next())];
      return `M${num(x + Math.cos(angle) * away * surface[0] * 0.94)} ${num(level + Math.sin(angle) * away * surface[1] * 0.9)}h.1`;
    }).join("");
    sheet.add(
      tag("path", {
        d: froth,
        fill: "none",
        stroke: darker(liquid, 0.3),
        "stroke-width": 5,
        "stroke-linecap": "round",
        opacity: 0.35,
      }),
      tag("path", {
        d: froth,
        fill: "none",
        stroke: lighter(liquid, 0.9),
        "stroke-width": 3.4,
        "stroke-linecap": "round",
      }),
    );
  }
  onTop(sheet, random, look, garnish, [x, level], surface);
  const shell = hull(top, 0);
  sheet.add(
    tag("path", {
      d: shell,
      fill: sheet.linear(["#ffffff/0.34", "#ffffff/0.02", "#ffffff/0.12"], 1, 0.1),
      stroke: "#ffffff",
      "stroke-width": 2,
      "stroke-opacity": 0.75,
    }),
    tag("path", {
      d: `M${num(x - wide + 14)} ${top + 22}L${num(x - foot + 11)} ${bottom - 26}`,
      stroke: "#fff",
      "stroke-width": 9,
      "stroke-linecap": "round",
      opacity: 0.7,
      filter: sheet.blur(1.6),
    }),
    tag("path", {
      d: `M${num(x + wide - 9)} ${top + 30}L${num(x + foot - 5)} ${bottom - 60}`,
      stroke: "#fff",
      "stroke-width": 3.4,
      "stroke-linecap": "round",
      opacity: 0.6,
    }),
  );
  if (look.vessel !== "frappe") {
    sheet.add(
      tag("ellipse", {
        cx: x,
        cy: top,
        rx: wide,
        ry: wide * ROUND,
        fill: "none",
        stroke: "#ffffff",
        "stroke-width": 2.6,
        opacity: 0.9,
      }),
    );
  }
}
