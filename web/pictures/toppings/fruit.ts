// Fruit, nuts and flowers.

import { darker, lighter, mix } from "../drawing/palette.ts";
import { num, type Point, smooth, straight } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around, blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";

export type Draw = (sheet: Sheet, random: Random, colours: readonly string[]) => string;

export const HERE: Point = [0, 0];

export const under = (sheet: Sheet, d: string): string =>
  tag("path", {
    d,
    fill: "#3d1606",
    opacity: 0.42,
    transform: "translate(2.4 4)",
    filter: sheet.blur(1.8),
  });

export function sphere(sheet: Sheet, radius: number, colour: string): string {
  const fill = sheet.radial([lighter(colour, 0.6), colour, darker(colour, 0.6)], 0.35, 0.28, 0.8);
  return (
    tag("ellipse", {
      cx: 2,
      cy: 4,
      rx: radius,
      ry: radius * 0.95,
      fill: "#3d1606",
      opacity: 0.42,
      filter: sheet.blur(1.8),
    }) +
    tag("ellipse", { rx: radius, ry: radius * 0.95, fill }) +
    tag("ellipse", {
      cx: -radius * 0.5,
      cy: radius * -0.13,
      rx: radius * 0.26,
      ry: radius * 0.15,
      fill: "#fff",
      opacity: 0.85,
      transform: "rotate(40)",
    })
  );
}

export const berry: Draw = (sheet, _random, [colour = "#41528f"]) => {
  const crown = around(10, (angle, index): Point => {
    const reach = index % 2 === 0 ? 4.8 : 2.3;
    return [2.4 + Math.cos(angle) * reach, 0.6 + Math.sin(angle) * reach * 0.8];
  });
  return (
    sphere(sheet, 11.5, colour) +
    tag("path", { d: straight(crown), fill: darker(colour, 0.6), opacity: 0.75 })
  );
};

export const cherry: Draw = (sheet) =>
  tag("path", {
    d: "M1-10q6-22 24-29",
    fill: "none",
    stroke: "#6d7a2c",
    "stroke-width": 2.8,
    "stroke-linecap": "round",
  }) + sphere(sheet, 15, "#8d1228");

export const strawberry: Draw = (sheet) => {
  const outline = around(12, (angle): Point => {
    const taper = 1 - 0.36 * Math.max(0, Math.sin(angle)) ** 1.4;
    return [Math.cos(angle) * 21 * taper, Math.sin(angle) * 25];
  });
  const inner = (wide: number, tall: number): string =>
    smooth(outline.map(([x, y]): Point => [x * wide, y * tall]));
  const d = smooth(outline);
  const seeds = outline.map(([x, y]) => `M${num(x * 0.83)} ${num(y * 0.83)}l.8 1.6`);
  return (
    under(sheet, d) +
    tag("path", { d, fill: sheet.radial(["#ff6a5e", "#e3263a", "#a80f26"]) }) +
    tag("path", { d: inner(0.64, 0.64), fill: "#ff9c8a", opacity: 0.85, filter: sheet.blur(2) }) +
    tag("path", { d: inner(0.24, 0.42), fill: "#ffe6d8", opacity: 0.85, filter: sheet.blur(1.2) }) +
    tag("path", {
      d: seeds.join(""),
      stroke: "#ffd98a",
      "stroke-width": 1.7,
      "stroke-linecap": "round",
    })
  );
};

export const pecan: Draw = (sheet, random) => {
  const d = smooth(blob(random, HERE, [21, 11.5], { count: 10, amount: 0.03 }));
  const ridge = (side: number): string =>
    `M-15 ${num(side * 0.6)}Q0 ${num(side * 1.25)} 15 ${num(side * 0.6)}`;
  return (
    under(sheet, d) +
    tag("path", { d, fill: sheet.radial(["#d99a5a", "#93501f", "#5a2a0e"]) }) +
    tag("path", {
      d: ridge(0),
      fill: "none",
      stroke: "#4a220d",
      "stroke-width": 2.8,
      "stroke-linecap": "round",
    }) +
    tag("path", {
      d: ridge(5.5) + ridge(-5.5),
      fill: "none",
      stroke: "#e3ac6c",
      "stroke-width": 1.6,
      opacity: 0.8,
    })
  );
};

export const almond: Draw = (sheet, random, [colour = "#f3dcae"]) => {
  const d = smooth(blob(random, HERE, [13, 7.4], { count: 7, amount: 0.07 }));
  return (
    tag("path", { d, fill: "#3d1606", opacity: 0.36, transform: "translate(1.2 2.2)" }) +
    tag("path", {
      d,
      fill: sheet.linear([lighter(colour, 0.5), darker(colour, 0.14)], 1, 1),
      stroke: darker(colour, 0.42),
      "stroke-width": 0.9,
    })
  );
};

export const blossom: Draw = (sheet, random, [colour = "#ffffff"]) => {
  const petals = [0, 1, 2, 3, 4].map((index) => {
    const angle = index * 1.2566;
    return smooth(
      blob(random, [Math.cos(angle) * 9, Math.sin(angle) * 8], [8.4, 6], {
        tilt: angle,
        count: 7,
        amount: 0.03,
      }),
    );
  });
  const d = petals.join("");
  return (
    under(sheet, d) +
    tag("path", {
      d,
      fill: sheet.radial([lighter(colour, 0.8), colour], 0.5, 0.5, 0.7),
      stroke: darker(colour, 0.2),
      "stroke-width": 0.8,
    }) +
    tag("circle", { r: 3.8, fill: mix("#f5b91a", colour, 0.1) })
  );
};

export const petal: Draw = (sheet, _random, [colour = "#d9627f"]) => {
  const d = "M-10 2C-8-7 6-9 11-3S2 9-10 2Z";
  return (
    tag("path", { d, fill: "#3d1606", opacity: 0.36, transform: "translate(1.4 2.4)" }) +
    tag("path", {
      d,
      fill: sheet.linear([lighter(colour, 0.42), colour, darker(colour, 0.25)], 1, 1),
    })
  );
};
