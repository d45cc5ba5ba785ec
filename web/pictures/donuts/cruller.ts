// Crullers: a ring of piped, twisted ridges.

import { DOUGHS, type Dough, darker, lighter, mix } from "../drawing/palette.ts";
import { smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { around } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { Icing } from "../look.ts";
import { type Body, onTorus, type Torus, torusGloss, torusOutline } from "./dough.ts";
import { shine } from "./icing.ts";

const WHOLE: Torus = { centre: [200, 152], radius: 82, tube: 43 };

/** The colour a surface takes from a thin or an opaque coat. */
export function coated(colour: string, icing: Icing | undefined): string {
  if (icing === undefined) {
    return colour;
  }
  return icing.style === "glaze" ? mix(colour, icing.colour, 0.2) : icing.colour;
}

export function drawCruller(
  sheet: Sheet,
  random: Random,
  dough: Dough,
  icing?: Icing,
  torus: Torus = WHOLE,
): Body {
  const scale = torus.radius / WHOLE.radius;
  const [x, y] = torus.centre;
  const bare = DOUGHS[dough];
  const colour = coated(bare, icing);
  const ridges = torus.radius < 60 ? 11 : 14;
  const twist = 0.62;
  const lean = random.between(0, 1);
  const [, inner] = torusOutline(random, torus, 0.01);
  const outer = around(ridges * 3, (angle) => {
    const bump = Math.cos((angle - lean + 0.25) * ridges);
    return onTorus(
      { ...torus, tube: torus.tube * (1.03 + 0.055 * bump) },
      angle,
      Math.sin(angle) > 0 ? -0.55 * Math.sin(angle) : -0.75 * Math.sin(angle),
    );
  });
  const outline = smooth(outer) + smooth(inner);
  sheet.add(sheet.shadow(x, y + 14 * scale, 122 * scale, 92 * scale));
  sheet.add(sheet.volume(outline, { colour: bare, depth: 30 * scale, shade: 0.75, light: 0.5 }));
  if (icing !== undefined && icing.style !== "glaze") {
    const top = around(ridges * 3, (angle) =>
      onTorus(torus, angle, 0.35 + 0.22 * Math.cos((angle - lean) * ridges)),
    );
    const coat = smooth(top) + smooth(around(16, (angle) => onTorus(torus, angle, 2.6)));
    sheet.add(
      sheet.clipped(
        outline,
        sheet.volume(coat, { colour, depth: 22 * scale, shade: 0.5, light: 0.5 }),
      ),
    );
  }
  const groove = (offset: number): string =>
    Array.from({ length: ridges }, (_, index) => {
      const start = lean + ((index + offset) / ridges) * Math.PI * 2;
      const steps = [-0.5, 0.6, 1.75, 2.9];
      return smooth(
        steps.map((up, at) => onTorus(torus, start + (twist * at) / 3, up)),
        false,
      );
    }).join("");
  const line = (
    offset: number,
    stroke: string,
    width: number,
    opacity: number,
    soft: number,
  ): string =>
    tag("use", {
      href: `#${sheet.path(groove(offset))}`,
      fill: "none",
      stroke,
      "stroke-width": width * scale,
      opacity,
      filter: soft > 0 ? sheet.blur(soft) : undefined,
    });
  sheet.add(
    sheet.clipped(
      outline,
      line(0, darker(colour, 0.62), 8, 0.62, 2) +
        line(0, darker(colour, 0.75), 2, 0.5, 0) +
        line(0.5, lighter(colour, 0.85), 5, 0.6, 1.6),
    ),
  );
  if (icing !== undefined) {
    sheet.add(shine(sheet, { gloss: torusGloss(torus) }, 0.55));
  }
  const area = {
    outer: around(30, (angle) => onTorus(torus, angle, 0.45)),
    inner: around(18, (angle) => onTorus(torus, angle, 2.4)),
  };
  return {
    outline,
    icing: area,
    gloss: torusGloss(torus),
    centre: [x, y - 20 * scale],
    reach: [108 * scale, 80 * scale],
  };
}
