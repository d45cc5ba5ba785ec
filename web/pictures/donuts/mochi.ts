// Mochi rings: eight beads, each dipped on its own.

import { brightness, DOUGHS, type Dough, darker, lighter } from "../drawing/palette.ts";
import { num, type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around, blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { Icing } from "../look.ts";
import { coated } from "./cruller.ts";
import type { Body } from "./dough.ts";

export function drawMochi(sheet: Sheet, random: Random, dough: Dough, icing?: Icing): Body {
  const start = random.between(0, 0.7);
  const beads = around(
    8,
    (angle): Point => [200 + Math.cos(angle + start) * 84, 148 + Math.sin(angle + start) * 64],
  );
  sheet.add(sheet.shadow(200, 170, 122, 88));
  const glazed = icing?.style === "glaze";
  const fill = sheet.radial(
    [
      lighter(coated(DOUGHS[dough], glazed ? icing : undefined), 0.5),
      coated(DOUGHS[dough], glazed ? icing : undefined),
      darker(DOUGHS[dough], 0.55),
    ],
    0.36,
    0.28,
    0.8,
  );
  const bead = sheet.symbol("bead", () => {
    const d = smooth(blob(random, [0, 0], [41, 38], { count: 10 }));
    return (
      tag("ellipse", {
        cx: 3,
        cy: 6,
        rx: 40,
        ry: 37,
        fill: "#5a230b",
        opacity: 0.4,
        filter: sheet.blur(4),
      }) + tag("path", { d, fill })
    );
  });
  const cap = sheet.symbol("cap", () => {
    const edge = around(16, (angle): Point => {
      const low = Math.sin(angle) > 0 ? 0.7 + 0.17 * Math.sin(angle * 3 + 1) : 1.02;
      return [Math.cos(angle) * 40.5, -2 + Math.sin(angle) * 38 * low];
    });
    const d = smooth(edge);
    const colour = icing?.colour ?? "#ffffff";
    return (
      tag("path", { d, fill: darker(colour, 0.42), transform: "translate(.5 3)" }) +
      tag("path", {
        d,
        fill: sheet.radial([lighter(colour, 0.6), colour, darker(colour, 0.4)], 0.36, 0.28, 0.8),
      })
    );
  });
  const wet = icing === undefined ? 0.35 : brightness(icing.colour) > 0.75 ? 0.95 : 0.8;
  const glint = sheet.symbol("glint", () =>
    tag("path", {
      d: "M-21-9q4-14 19-17",
      fill: "none",
      stroke: "#fffdf6",
      "stroke-width": 6,
      "stroke-linecap": "round",
      opacity: wet,
      filter: sheet.blur(1.1),
    }),
  );
  for (const [x, y] of [...beads].sort((one, other) => one[1] - other[1])) {
    const at = `translate(${num(x)} ${num(y)})`;
    const turn = Math.round(random.near(24));
    const dipped = icing !== undefined && !glazed && (icing.style !== "half" || x + y * 0.35 < 268);
    const layers = [
      tag("use", { href: bead }),
      dipped ? tag("use", { href: cap, transform: `rotate(${turn})` }) : "",
      tag("use", { href: glint }),
    ];
    sheet.add(tag("g", { transform: at }, layers.join("")));
  }
  const outer = around(
    30,
    (angle): Point => [200 + Math.cos(angle) * 112, 142 + Math.sin(angle) * 84],
  );
  const inner = around(
    16,
    (angle): Point => [200 + Math.cos(angle) * 50, 144 + Math.sin(angle) * 36],
  );
  return {
    outline: smooth(outer) + smooth(inner),
    icing: { outer, inner },
    gloss: [],
    centre: [200, 142],
    reach: [112, 84],
  };
}
