// The body of a donut picture that shows several pieces, for icing and toppings.

import { smooth } from "../drawing/path.ts";
import type { Area } from "../drawing/scatter.ts";
import type { Body } from "./dough.ts";

/** The pieces as one body: toppings go on each of them, the first is iced as the main one. */
export function several(areas: readonly Area[]): Body {
  const [first = { outer: [] }, ...more] = areas;
  const outline = areas.map(({ outer }) => smooth(outer)).join("");
  return {
    outline,
    rule: "nonzero",
    icing: first,
    more,
    gloss: [],
    centre: [200, 150],
    reach: [130, 80],
  };
}
