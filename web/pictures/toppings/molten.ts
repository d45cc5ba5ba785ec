// Molten toppings: fruit flesh with its seeds, burnt sugar.

import { pathOf, shine } from "../donuts/icing.ts";
import { darker } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import { blob } from "../drawing/shape.ts";
import { tag } from "../drawing/sheet.ts";
import { type Strewn, spread } from "./strewn.ts";

/** Glossy fruit flesh in pools, seeds left in. */
export function pulp(strewn: Strewn): void {
  const { sheet, random, amount } = strewn;
  const colour = strewn.colours?.[0] ?? "#f5a81e";
  const spots = spread(strewn, 11 * amount, 38, 13);
  const pools = spots
    .map((spot) =>
      smooth(
        blob(random, spot, [random.between(15, 26), random.between(10, 15)], {
          count: 7,
          amount: 0.16,
          tilt: random.near(1.4),
        }),
      ),
    )
    .join("");
  const seeds = spots.flatMap(([x, y]) =>
    Array.from(
      { length: 4 },
      () => `M${num(x + random.near(15))} ${num(y + random.near(8))}l${num(random.near(2.4))} 2.4`,
    ),
  );
  sheet.add(
    tag("path", {
      d: pools,
      fill: darker(colour, 0.4),
      transform: "translate(.8 2.6)",
      opacity: 0.6,
    }),
    sheet.volume(pools, { colour, depth: 9, shade: 0.45, light: 0.6 }),
    tag("path", {
      d: seeds.join(""),
      stroke: "#2f1c14",
      "stroke-width": 3,
      "stroke-linecap": "round",
    }),
    tag("path", {
      d: spots.map(([x, y]) => `M${num(x - 11)} ${num(y - 4)}q4-5 11-5`).join(""),
      fill: "none",
      stroke: "#fffbe8",
      "stroke-width": 2.4,
      "stroke-linecap": "round",
      opacity: 0.9,
    }),
  );
}

/** Burnt sugar: an amber pane, darker in patches, with cracks that catch the light. */
export function crackle(strewn: Strewn): void {
  const { sheet, random, body } = strewn;
  const d = pathOf(body);
  const patches = spread(strewn, 10, 34, 4).map((spot) =>
    smooth(
      blob(random, spot, [random.between(12, 26), random.between(8, 16)], {
        count: 8,
        amount: 0.14,
      }),
    ),
  );
  const [[x, y], [rx, ry]] = [body.centre, body.reach];
  const cracks = [0.3, 1.5, 2.5, 3.7, 5.1].map((angle) => {
    const points = [0.06, 0.35, 0.62, 0.9].map(
      (away): Point => [
        x + 14 + Math.cos(angle + random.near(0.25)) * rx * away,
        y + 4 + Math.sin(angle + random.near(0.25)) * ry * away,
      ],
    );
    return `M${points.map(([px, py]) => `${num(px)} ${num(py)}`).join("L")}`;
  });
  sheet.add(
    sheet.clipped(
      body.outline,
      sheet.volume(d, { colour: "#dd8a26", depth: 26, shade: 0.6, light: 0.7 }) +
        sheet.clipped(
          d,
          tag("path", {
            d: patches.join(""),
            fill: "#6d2c08",
            opacity: 0.62,
            filter: sheet.blur(5),
          }),
        ),
    ),
    tag("path", {
      d: cracks.join(""),
      fill: "none",
      stroke: "#5a2407",
      "stroke-width": 1.6,
      opacity: 0.7,
    }),
    tag("path", {
      d: cracks.join(""),
      fill: "none",
      stroke: "#ffe9b8",
      "stroke-width": 1.1,
      opacity: 0.85,
      transform: "translate(-1.2 -1.2)",
    }),
    shine(sheet, body, 0.9),
  );
}
