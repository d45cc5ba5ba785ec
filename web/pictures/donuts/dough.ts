// What every dough hands on: its outline, where icing goes, where it shines; and ring geometry.

import { type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import type { Area } from "../drawing/scatter.ts";
import { around, wobble } from "../drawing/shape.ts";
import type { Rule } from "../drawing/sheet.ts";

/** A drawn dough and where icing and toppings go on it. */
export interface Body {
  /** The silhouette, holes included. */
  outline: string;
  icing: Area;
  /** How overlapping parts of the outline count; a ring has a hole: evenodd. */
  rule?: Rule;
  /** The other pieces of a pile. */
  more?: readonly Area[];
  /** Curves on which a wet surface shines: [path, width]. */
  gloss: readonly (readonly [string, number])[];
  centre: Point;
  /** Half the width and height of the top. */
  reach: Point;
}

const FLAT = 0.76; // how round things are squashed by looking at them from above

const RISE = 0.65; // how much of a height is seen

export interface Torus {
  centre: Point;
  radius: number;
  tube: number;
}

/** A point on a ring: `angle` around it, `up` from the outer edge (0) over the crest to the hole. */
export function onTorus({ centre, radius, tube }: Torus, angle: number, up: number): Point {
  const out = radius + tube * Math.cos(up);
  return [
    centre[0] + out * Math.cos(angle),
    centre[1] + out * FLAT * Math.sin(angle) - RISE * tube * Math.sin(up),
  ];
}

export function torusArc(torus: Torus, from: number, to: number, up: number): string {
  const steps = 5;
  const points = Array.from({ length: steps }, (_, index) =>
    onTorus(torus, from + ((to - from) * index) / (steps - 1), up),
  );
  return smooth(points, false);
}

export const torusGloss = (torus: Torus): readonly (readonly [string, number])[] => [
  [torusArc(torus, 3.42, 4.3, 1.28), 9],
  [torusArc(torus, 4.48, 4.6, 1.28), 8],
  [torusArc(torus, 0.35, 0.95, 1.95), 5],
];

export function torusOutline(random: Random, torus: Torus, amount: number): [Point[], Point[]] {
  const stray = wobble(random, amount);
  const ring = (sign: number): Point[] =>
    around(22, (angle) => {
      // The silhouette of a tilted ring runs parallel to its spine's ellipse.
      const normal = Math.hypot(Math.cos(angle) * FLAT, Math.sin(angle));
      const side = (torus.tube * sign * (sign > 0 ? stray(angle) ** 2 : 1)) / normal;
      return [
        torus.centre[0] + Math.cos(angle) * (torus.radius + side * FLAT),
        torus.centre[1] + Math.sin(angle) * (torus.radius * FLAT + side),
      ];
    });
  return [ring(1), ring(-1)];
}
