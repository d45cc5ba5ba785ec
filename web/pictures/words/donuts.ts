// Words that name a donut's form, its taste and what is on it.

import type { DonutForm, Topping } from "../look.ts";
import type { Clue } from "./clue.ts";

export const FORMS: readonly Clue<DonutForm>[] = [
  [/hole|munchkin|timbit|bites?\b|balls?\b|pops?\b|b[aä]llchen/, "holes"],
  [/churro|stick/, "sticks"],
  [/beignet/, "pillows"],
  [/cruller|spritz/, "cruller"],
  [/twist|braid|plait|zopf/, "twist"],
  [/mochi|pon[ -]?de/, "mochi"],
  [/croissant|cronut|layer/, "layers"],
  [/fritter|oliebol/, "fritter"],
  [/old[ -]?fashion|buttermilk|sour cream/, "oldfashioned"],
  [/\bbar\b|long john|[eé]clair|riegel/, "bar"],
  [/filled|jam\b|jelly|custard|cream\b|kreme|boston|berliner|krapfen|bombol|bismar|paczki/, "ball"],
  [/cake/, "cake"],
];

/** What a taste looks like: icing, and what is usually strewn on it. */
export const TASTES: readonly Clue<{ icing: string; toppings?: readonly Topping[] }>[] = [
  [/white choc/, { icing: "#fdf3d8" }],
  [
    /oreo|cookie/,
    { icing: "#fdf8ef", toppings: [{ kind: "crumbs", colours: ["#2e1c17", "#46302a"] }] },
  ],
  [/velvet/, { icing: "#fff8ee", toppings: [{ kind: "crumbs", colours: ["#9c2429", "#bd3a3c"] }] }],
  [/boston/, { icing: "#43200f" }],
  [/double choc|dark choc|fudge|brownie/, { icing: "#34160c", toppings: [{ kind: "shards" }] }],
  [/choc|cocoa|cacao|schoko|nutella|mocha/, { icing: "#4a2213" }],
  [/strawb|erdbeer|fraise/, { icing: "#f48ba8" }],
  [/raspb|himbeer|framboise/, { icing: "#d9486e" }],
  [/\bube\b|taro|grape|lavender/, { icing: "#9f8ad0" }],
  [/blueb|heidelb|myrtille/, { icing: "#8f7cc4", toppings: [{ kind: "berries", amount: 0.6 }] }],
  [/cherry|kirsch/, { icing: "#fbe9e4", toppings: [{ kind: "cherries" }] }],
  [/maple|pecan/, { icing: "#c98a4a", toppings: [{ kind: "pecans", amount: 0.7 }] }],
  [
    /caramel|toffee|dulce|butterscotch/,
    { icing: "#c47a2c", toppings: [{ kind: "salt", amount: 0.6 }] },
  ],
  [/pistach/, { icing: "#c5d189", toppings: [{ kind: "pistachio" }] }],
  [/matcha|pandan|green tea/, { icing: "#9db552" }],
  [
    /lemon|zitrone|citron|yuzu|lime/,
    { icing: "#fbe27a", toppings: [{ kind: "zest", colours: ["#f2bf1d"] }] },
  ],
  [/orange|mango|peach|apricot|passion/, { icing: "#f9b24a" }],
  [/coconut|kokos/, { icing: "#fdf6e6", toppings: [{ kind: "coconut" }] }],
  [/peanut/, { icing: "#d3a05c", toppings: [{ kind: "nuts" }] }],
  [/almond|mandel/, { icing: "#f3dfb8", toppings: [{ kind: "almonds" }] }],
  [/hazel|praline|walnut|\bnut(s|ty)?\b/, { icing: "#a9744a", toppings: [{ kind: "nuts" }] }],
  [/coffee|espresso|tiramisu/, { icing: "#a8794e" }],
  [/sesame/, { icing: "#8a8380", toppings: [{ kind: "seeds" }] }],
  [/\brose\b|sakura|elderflower/, { icing: "#f3b9cc", toppings: [{ kind: "petals" }] }],
  [/vanilla|birthday|white|cream/, { icing: "#fff6e6" }],
];

export const SPRINKLED = /sprinkle|rainbow|birthday|confetti|party|streusel/;

export const SUGARED = /sugar|zucker|sucre|cinnamon|zimt|churro|cider/;

export const POWDERED = /powder|snow|beignet|puder|oliebol/;

export const GLAZED = /glaze|original|plain|honey|fritter|old[ -]?fashion/;

export const CHANCE = [
  "#f48ba8",
  "#4a2213",
  "#fff6e6",
  "#c98a4a",
  "#fbe27a",
  "#c5d189",
  "#b3a0dc",
  "#f9b24a",
  "#8ec4c9",
] as const;
