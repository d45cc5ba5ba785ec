// Words that name something savoury.

import type { BiteLook } from "../look.ts";
import type { Clue } from "./clue.ts";

export const BITES: readonly Clue<Omit<BiteLook, "kind" | "ground">>[] = [
  [
    /salmon|lox/,
    {
      form: "bagel",
      dough: "yeast",
      layers: ["cream", "salmon"],
      toppings: [{ kind: "seeds", colours: ["#fbf0d4"], amount: 0.8 }],
    },
  ],
  [
    /bagel/,
    {
      form: "bagel",
      dough: "brioche",
      layers: ["cream"],
      toppings: [{ kind: "seeds", colours: ["#fbf0d4", "#2a1d1a"] }],
    },
  ],
  [/hash ?brown|r[oö]sti/, { form: "hashbrown", dough: "yeast" }],
  [/pretzel|brezel|breze/, { form: "pretzel", dough: "mahogany" }],
  [/toast|panini|melt|grilled cheese|croque/, { form: "toastie", dough: "toast" }],
  [/swirl|spanakopita|b[oö]rek|spiral/, { form: "swirl", dough: "yeast" }],
  [/croissant(?! donut| ring)/, { form: "croissant", dough: "yeast" }],
  [
    /curry|pastie|empanada|pirog/,
    { form: "rollbun", dough: "brioche", toppings: [{ kind: "crumbs" }] },
  ],
  [
    /egg|muffin|bacon.*(bun|roll)|sausage/,
    { form: "muffin", dough: "pale", layers: ["egg", "cheese"] },
  ],
  [
    /sandwich|burger|\bbun\b|\broll\b|wrap|ciabatta/,
    { form: "bun", dough: "pale", layers: ["greens", "tomato", "cheese"] },
  ],
];
