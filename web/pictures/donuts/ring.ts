// Rings: yeast-raised with a pale line, cake, and old-fashioned with its crack.

import { DOUGHS, type Dough, darker, lighter, mix } from "../drawing/palette.ts";
import { type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around, drips, rim, wobble } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DonutForm } from "../look.ts";
import { type Body, onTorus, type Torus, torusArc, torusGloss, torusOutline } from "./dough.ts";

export function drawRing(
  sheet: Sheet,
  random: Random,
  form: DonutForm,
  dough: Dough,
  centre: Point = [200, 152],
): Body {
  const torus: Torus = { centre, radius: 83, tube: form === "ring" ? 42 : 40 };
  const [x, y] = torus.centre;
  const colour = DOUGHS[dough];
  const rough = form === "oldfashioned" ? 0.022 : form === "cake" ? 0.014 : 0.009;
  const [outer, inner] = torusOutline(random, torus, rough);
  const outline = smooth(outer) + smooth(inner);
  sheet.add(sheet.shadow(x, y + 14, 122, 92));
  const face = sheet.radial([lighter(colour, 0.22), colour, darker(colour, 0.3)], 0.35, 0.25, 0.95);
  // Through the hole one sees the table, in the ring's shade.
  const floor = sheet.linear(["#5a2a0c/0.75", "#8a4a1c/0.4", "#b5763c/0.16"]);
  sheet.add(tag("ellipse", { cx: x, cy: y, rx: 46, ry: 26, fill: floor }));
  sheet.add(sheet.volume(outline, { colour, fill: face, depth: 34, shade: 0.75, light: 0.5 }));
  const marks: string[] = [
    // The far wall of the hole.
    tag("use", {
      href: `#${sheet.path(torusArc(torus, 3.3, 6.1, 2.75))}`,
      stroke: darker(colour, 0.45),
      "stroke-width": 12,
      fill: "none",
      opacity: 0.55,
      filter: sheet.blur(4),
    }),
  ];
  if (form === "ring") {
    marks.push(
      // The pale line where the dough floated on the fat.
      tag("use", {
        href: `#${sheet.path(torusArc(torus, 0.12, 3.02, -0.12))}`,
        stroke: lighter(colour, 0.62),
        "stroke-width": 10,
        fill: "none",
        opacity: 0.85,
        filter: sheet.blur(2.2),
      }),
    );
  }
  sheet.add(sheet.clipped(outline, marks.join("")));
  if (form === "oldfashioned") {
    sheet.add(crack(sheet, random, torus, colour, face));
  }
  const run = drips(random, form === "ring" ? 6 : 5);
  const stray = wobble(random, 0.03);
  const top = rim(36, (angle) =>
    onTorus(torus, angle, 0.66 - 0.72 * run(angle) + (stray(angle) - 1) * 3),
  );
  const hole = around(16, (angle) => onTorus(torus, angle, 2.5 + (stray(angle + 2) - 1) * 2.5));
  return {
    outline,
    icing: { outer: top, inner: hole },
    gloss: torusGloss(torus),
    centre: [x, y - 22],
    reach: [112, 84],
  };
}

/** The split that gives an old-fashioned donut its petals: a dark crevice with raised, pale lips. */
function crack(sheet: Sheet, random: Random, torus: Torus, colour: string, face: string): string {
  const jag = (up: number, reach: number): Point[] =>
    around(28, (angle) => onTorus(torus, angle, up + random.near(reach)));
  const lip = jag(0.62, 0.3);
  const edge = (
    points: readonly Point[],
    stroke: string,
    width: number,
    opacity: number,
    down = 0,
  ): string =>
    tag("use", {
      href: `#${sheet.path(smooth(points))}`,
      fill: "none",
      stroke,
      "stroke-width": width,
      opacity,
      transform: `translate(0 ${down})`,
    });
  const inside = smooth(lip) + smooth(around(18, (angle) => onTorus(torus, angle, 2.6)));
  return (
    edge(lip, darker(colour, 0.75), 12, 0.7, 5) +
    sheet.volume(inside, {
      colour: mix(colour, "#e8b469", 0.25),
      fill: face,
      depth: 22,
      shade: 0.5,
      light: 0.6,
    }) +
    edge(lip, lighter(colour, 0.6), 4, 0.75) +
    edge(jag(2.05, 0.12), darker(colour, 0.5), 3, 0.35)
  );
}
