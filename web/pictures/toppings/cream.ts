// Soft toppings: whipped cream, meringue, mint.

import { darker, lighter } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import { around, turned } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { ToppingKind } from "../look.ts";
import { crackle, pulp } from "./molten.ts";
import type { Strewn } from "./strewn.ts";

/** A piped rosette of 100 units around (0, 0): three frilled tiers and a peak. */
function rosetteSymbol(sheet: Sheet, colour: string, toasted: boolean): string {
  const parts = [
    tag("ellipse", {
      cx: 5,
      cy: 20,
      rx: 56,
      ry: 38,
      fill: "#5a230b",
      opacity: 0.36,
      filter: sheet.blur(5),
    }),
  ];
  for (let tier = 0; tier < 4; tier += 1) {
    const reach = 54 - tier * 13;
    const middle: Point = [tier * -0.5, tier * -15];
    const turn = tier * 0.4;
    const teeth = 8 - tier;
    const frill = around(teeth * 3, (angle, index): Point => {
      const out = reach * (index % 3 === 0 ? 0.86 : 1.04);
      return [
        middle[0] + Math.cos(angle + turn) * out,
        middle[1] + Math.sin(angle + turn) * out * 0.74,
      ];
    });
    const folds = around(
      teeth,
      (angle): Point => [Math.cos(angle + turn), Math.sin(angle + turn) * 0.74],
    ).map(
      ([fx, fy]) =>
        `M${num(middle[0] + fx * reach * 0.88)} ${num(middle[1] + fy * reach * 0.88)}q${num(-fx * 9 - fy * 9)} ${num(-fy * 9 + fx * 7)} ${num(-fx * reach * 0.5)} ${num(-fy * reach * 0.5 - 4)}`,
    );
    const d = smooth(frill);
    parts.push(
      tag("path", {
        d,
        fill: sheet.radial([lighter(colour, 0.9), colour, darker(colour, 0.16)], 0.36, 0.24, 0.9),
        stroke: darker(colour, 0.14),
        "stroke-width": 1,
      }),
      tag("path", {
        d: folds.join(""),
        fill: "none",
        stroke: darker(colour, 0.3),
        "stroke-width": 2,
        opacity: 0.32,
      }),
    );
    if (toasted) {
      parts.push(
        tag("path", {
          d,
          fill: "none",
          stroke: "#c07a30",
          "stroke-width": 3,
          opacity: 0.22 + tier * 0.12,
          filter: sheet.blur(2),
        }),
      );
    }
  }
  parts.push(
    tag("path", {
      d: "M-12-48Q-9-60 3-67Q3-57 13-50Q0-42-12-48Z",
      fill: sheet.linear(
        toasted ? ["#b8692a", lighter(colour, 0.4)] : [lighter(colour, 0.9), darker(colour, 0.12)],
        0.3,
        1,
      ),
    }),
  );
  return parts.join("");
}

/** Whipped cream at a point, `size` wide. */
export function rosette(
  sheet: Sheet,
  [x, y]: Point,
  size: number,
  colour = "#fff6e4",
  toasted = false,
): string {
  const href = sheet.symbol(`rosette${colour}`, () => rosetteSymbol(sheet, colour, toasted));
  return tag("use", {
    href,
    transform: `translate(${num(x)} ${num(y)})scale(${Math.round(size) / 100})`,
  });
}

export function mintLeaf(sheet: Sheet, [x, y]: Point, size: number, tilt: number): string {
  const href = sheet.symbol("mint", () => {
    const d = "M-10 0C-6-6.5 4-6.5 10 0C4 6.5-6 6.5-10 0Z";
    return (
      tag("path", { d, fill: "#3d1606", opacity: 0.3, transform: "translate(1 2)" }) +
      tag("path", { d, fill: sheet.linear(["#96d46e", "#3f8f3c"], 1, 1) }) +
      tag("path", {
        d: "M-10 0H8.5M-5 0l3-3M-5 0l3 3M0 0l3-2.8M0 0l3 2.8",
        fill: "none",
        stroke: "#2f7030",
        "stroke-width": 0.7,
        opacity: 0.7,
      })
    );
  });
  return tag("use", {
    href,
    transform: `translate(${num(x)} ${num(y)})rotate(${Math.round(tilt * 57.3)})scale(${num(size / 10)})`,
  });
}

export function drawCream(kind: ToppingKind, strewn: Strewn): void {
  const { sheet, body, amount, colours } = strewn;
  const [[x, y], [rx, ry]] = [body.centre, body.reach];
  switch (kind) {
    case "cream": {
      const ring = body.icing.inner !== undefined;
      const spots = around(
        Math.max(1, Math.round(6 * amount)),
        (angle): Point => [
          x + Math.cos(angle + 0.5) * rx * 0.74,
          y + 2 + Math.sin(angle + 0.5) * ry * 0.78,
        ],
      );
      const sorted = ring
        ? spots.sort((one, other) => one[1] - other[1])
        : [turned([0, -2], 0, [x, y])];
      sheet.add(
        ...sorted.map((spot) => rosette(sheet, spot, ring ? 48 : 92 * amount, colours?.[0])),
      );
      break;
    }
    case "meringue":
      sheet.add(rosette(sheet, [x, y + 4], 150 * amount, "#fff3dc", true));
      break;
    case "mint":
      sheet.add(
        mintLeaf(sheet, [x + rx * 0.42, y - ry * 0.3], 17, -0.5),
        mintLeaf(sheet, [x + rx * 0.55, y - ry * 0.06], 15, 0.7),
      );
      break;
    case "pulp":
      pulp(strewn);
      break;
    case "crackle":
      crackle(strewn);
      break;
    default:
      throw new RangeError(`no topping is called ${kind}`);
  }
}
