// Twists: two ropes of dough wound into one.

import { DOUGHS, type Dough, darker, lighter } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { turned } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { Icing } from "../look.ts";
import type { Body } from "./dough.ts";

export function drawTwist(sheet: Sheet, random: Random, dough: Dough, icing?: Icing): Body {
  const centre: Point = [200, 150];
  const tilt = -0.26;
  const bare = DOUGHS[dough];
  const half = (along: number): number =>
    54 * Math.sqrt(Math.max(0, 1 - (Math.abs(along) / 152) ** 3.2));
  const place = (along: number, side: number): Point => turned([along, side], tilt, centre);
  const step = 50;
  // Each turn of the rope bulges where it comes to the edge.
  const edge = (sign: number, shrink: number): Point[] =>
    Array.from({ length: 23 }, (_, index) => {
      const along = -150 + (index * 300) / 22;
      const bulge = Math.abs(Math.cos(((along - sign * 34) / step) * Math.PI));
      return place(
        along * shrink,
        sign * half(along) * shrink * (0.84 + 0.16 * bulge) + random.near(1),
      );
    });
  const contour = (shrink: number): Point[] => [...edge(-1, shrink), ...edge(1, shrink).reverse()];
  const outer = contour(1);
  const outline = smooth(outer);
  const [cx, cy] = centre;
  sheet.add(
    tag(
      "g",
      { transform: `rotate(${num((tilt * 180) / Math.PI)} ${cx} ${cy})` },
      sheet.shadow(cx - 6, cy + 34, 146, 44),
    ),
    sheet.volume(outline, {
      colour: bare,
      fill: sheet.radial([lighter(bare, 0.4), bare, darker(bare, 0.35)], 0.4, 0.25, 0.8),
      depth: 32,
      shade: 0.8,
      light: 0.3,
    }),
  );
  const inner = contour(0.93);
  if (icing !== undefined) {
    const href = `#${sheet.path(smooth(inner))}`;
    sheet.add(
      tag("use", { href, fill: icing.colour, opacity: icing.style === "glaze" ? 0.3 : 1 }),
      tag("use", {
        href,
        fill: "none",
        stroke: "#ffffff",
        "stroke-width": 2.4,
        opacity: 0.4,
        filter: sheet.blur(1.1),
      }),
    );
  }
  const turns = [-2, -1, 0, 1, 2, 3].map((index) => (index - 0.5) * step);
  const line = (shift: number, from: number, to: number): string =>
    turns
      .map((along) => {
        const points = [from, from * 0.5, 0, to * 0.5, to].map((side): Point => {
          const lean = -44 * Math.sin(side * 1.45);
          return place(along + shift + lean, side * half(along + shift + lean * 0.8));
        });
        return smooth(points, false);
      })
      .join("");
  const groove = `#${sheet.path(line(0, -1, 1))}`;
  const stroke = { fill: "none", "stroke-linecap": "round" };
  sheet.add(
    sheet.clipped(
      outline,
      tag("use", {
        href: groove,
        ...stroke,
        stroke: "#3d1606",
        "stroke-width": 13,
        opacity: 0.42,
        filter: sheet.blur(4),
        transform: "translate(-5 1)",
      }) +
        tag("use", {
          href: groove,
          ...stroke,
          stroke: darker(bare, 0.72),
          "stroke-width": 3.4,
          opacity: 0.85,
        }) +
        tag("use", {
          href: groove,
          ...stroke,
          stroke: lighter(bare, 0.5),
          "stroke-width": 6,
          opacity: 0.55,
          filter: sheet.blur(2),
          transform: "translate(7 1)",
        }),
    ),
    sheet.clipped(
      outline,
      tag("path", {
        d: line(20, -0.62, -0.12),
        ...stroke,
        stroke: "#fffdf6",
        "stroke-width": 7,
        opacity: icing === undefined ? 0.35 : 0.85,
        filter: sheet.blur(1.6),
      }),
    ),
  );
  return { outline, icing: { outer: inner }, gloss: [], centre: [cx, cy - 4], reach: [130, 46] };
}
