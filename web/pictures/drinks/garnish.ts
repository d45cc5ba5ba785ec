// What a glass wears on top: cream, cookies, slices, leaves.

import { ellipsePath, num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";
import { mintLeaf, rosette } from "../toppings/cream.ts";
import { slice } from "./swimming.ts";

export function onTop(
  sheet: Sheet,
  random: Random,
  look: DrinkLook,
  garnish: ReadonlySet<string>,
  [x, level]: Point,
  [rx, ry]: Point,
): void {
  if (look.surface === "cream") {
    sheet.add(rosette(sheet, [x, level - 12], rx * 1.9));
  }
  if (garnish.has("cocoa") || garnish.has("spice")) {
    const specks = Array.from(
      { length: 46 },
      () =>
        `M${num(x + random.near(rx * 0.8))} ${num(level + random.near(rx * 0.2) - (look.surface === "cream" ? 40 : 0))}h.1`,
    );
    sheet.add(
      tag("path", {
        d: specks.join(""),
        stroke: garnish.has("cocoa") ? "#4a2414" : "#8a5a1c",
        "stroke-width": 2.6,
        "stroke-linecap": "round",
        opacity: 0.85,
      }),
    );
  }
  if (garnish.has("cookie")) {
    sheet.add(
      tag("ellipse", {
        cx: x + 30,
        cy: level - 62,
        rx: 27,
        ry: 29,
        fill: "#1d100c",
        transform: `rotate(24 ${x + 30} ${level - 62})`,
      }),
      tag("ellipse", {
        cx: x + 26,
        cy: level - 64,
        rx: 26,
        ry: 28,
        fill: sheet.radial(["#5a3a2e", "#35201a", "#24130e"]),
        transform: `rotate(24 ${x + 26} ${level - 64})`,
      }),
      tag("path", {
        d: `M${x + 14} ${level - 74}h.1M${x + 30} ${level - 80}h.1M${x + 36} ${level - 62}h.1M${x + 22} ${level - 54}h.1M${x + 25} ${level - 66}h.1`,
        stroke: "#7a5546",
        "stroke-width": 5,
        "stroke-linecap": "round",
      }),
    );
  }
  if (garnish.has("caramel")) {
    if (look.surface !== "cream") {
      const d = ellipsePath(x, level, rx, ry);
      sheet.add(
        sheet.clipped(
          d,
          tag("path", {
            d: `M${x - rx} ${level - 4}l18 14l14-22l18 24l16-26l18 26l14-20l16 16`,
            fill: "none",
            stroke: "#b5651d",
            "stroke-width": 3.6,
            "stroke-linejoin": "round",
            opacity: 0.9,
          }),
        ),
      );
      return;
    }
    sheet.add(
      tag("path", {
        d: `M${x - rx * 0.8} ${level - 22}l20 -26l14 24l18 -42l14 36l20 -20`,
        fill: "none",
        stroke: "#b5651d",
        "stroke-width": 5,
        "stroke-linejoin": "round",
        "stroke-linecap": "round",
        opacity: 0.92,
      }),
    );
  }
  if (garnish.has("mango")) {
    sheet.add(
      ...[
        [-22, 0],
        [2, -8],
        [20, 2],
      ].map(([dx = 0, dy = 0]) =>
        sheet.volume(
          smooth(
            blob(random, [x + dx, level + dy - 5], [14, 11], {
              square: 4,
              count: 12,
              tilt: random.near(0.6),
            }),
          ),
          { colour: "#f6a21c", depth: 9, shade: 0.5, light: 0.6 },
        ),
      ),
    );
  }
  if (garnish.has("lemon") || garnish.has("peach") || garnish.has("orange")) {
    const [rind, flesh] = garnish.has("lemon") ? ["#f2c42e", "#fdeb8c"] : ["#ef8c3a", "#ffbe78"];
    sheet.add(
      slice(sheet, [x - rx + 2, level - 22], 29, rind ?? "#f2c42e", flesh ?? "#fdeb8c", 0.3),
    );
  }
  if (garnish.has("mint")) {
    sheet.add(
      mintLeaf(sheet, [x + 6, level - 14], 23, -0.9),
      mintLeaf(sheet, [x + 26, level - 8], 21, -0.1),
      mintLeaf(sheet, [x - 12, level - 8], 19, -2.4),
    );
  }
}
