// Sugar, cocoa, spice and icing sugar.

import { pathOf } from "../donuts/icing.ts";
import { darker } from "../drawing/palette.ts";
import { type Point, smooth } from "../drawing/path.ts";
import { tag } from "../drawing/sheet.ts";
import type { Coloured, Strewn } from "./strewn.ts";

/** The covered part of the dough as one path. */
function coat({ body, areas }: Strewn): string {
  return body.more === undefined ? pathOf(body) : areas.map(({ outer }) => smooth(outer)).join("");
}

/** Sugar, cocoa, spice: a tile of grains over a thin veil. */
export function grains(strewn: Coloured, density: number, width: number, veil: number): void {
  const { sheet, random, body, colours } = strewn;
  const colour = colours[0] ?? "#ffffff";
  const dots = (count: number, [wide, tall]: Point): string =>
    Array.from(
      { length: Math.round(count) },
      () =>
        `M${Math.round(random.between(1, wide - 1))} ${Math.round(random.between(1, tall - 1))}h0`,
    ).join("");
  const line = { fill: "none", "stroke-linecap": "round" };
  const tile = (key: string, size: Point, turn: number, thick: number): string =>
    sheet.pattern(`${key}${colour}`, size, turn, () => {
      const d = dots(34 * density, size);
      const href = `#${sheet.path(d)}`;
      return (
        tag("use", {
          href,
          ...line,
          stroke: darker(colour, 0.7),
          "stroke-width": thick,
          opacity: 0.35,
          transform: "translate(.7 1.1)",
        }) + tag("use", { href, ...line, stroke: colour, "stroke-width": thick })
      );
    });
  const href = `#${sheet.path(coat(strewn))}`;
  const rule = body.rule ?? "evenodd";
  const layer = (fill: string, opacity: number, soft: number): string =>
    tag("use", {
      href,
      fill,
      "fill-rule": rule,
      opacity,
      filter: soft > 0 ? sheet.blur(soft) : undefined,
    });
  const parts = [
    veil > 0 ? layer(colour, veil, 4) : "",
    layer(tile("coarse", [67, 53], 31, width), 0.95, 0),
    layer(tile("fine", [53, 61], -17, width * 0.62), 0.9, 0),
  ];
  sheet.add(sheet.clipped(body.outline, parts.join(""), rule));
}

/** Icing sugar: a cloud that is thick on top and thins out to single specks. */
export function powder(strewn: Coloured): void {
  const { sheet, random, body, amount, areas } = strewn;
  const clouds = areas.map(({ outer, inner }) => {
    const ragged = outer
      .filter((_, index) => index % 2 === 0)
      .map(([x, y]): Point => [x + random.near(9), y - 3 + random.near(9)]);
    return smooth(ragged) + (inner === undefined ? "" : smooth(inner));
  });
  const rule = body.rule ?? "evenodd";
  const puff = (deviation: number, opacity: number): string =>
    tag("use", {
      href: `#${sheet.path(clouds.join(""))}`,
      fill: "#fffdfa",
      "fill-rule": rule,
      opacity: opacity * Math.min(1, amount),
      filter: sheet.blur(deviation),
    });
  sheet.add(sheet.clipped(body.outline, puff(9, 0.6) + puff(3.5, 0.5), rule));
  grains(strewn, 0.8, 2.5, 0);
}
