// What a picture shows, as data: the words of looks.json.

import type { Dough, Ground } from "./drawing/palette.ts";

export type ToppingKind =
  | "sprinkles"
  | "dots"
  | "stars"
  | "nuts"
  | "almonds"
  | "crumbs"
  | "coconut"
  | "petals"
  | "zest"
  | "sugar"
  | "powder"
  | "salt"
  | "seeds"
  | "pulp"
  | "shards"
  | "cubes"
  | "berries"
  | "strawberries"
  | "cherries"
  | "pecans"
  | "cream"
  | "meringue"
  | "cookie"
  | "biscuit"
  | "bacon"
  | "wafer"
  | "blossoms"
  | "peel"
  | "mint"
  | "crackle"
  | "butter"
  | "curls"
  | "cane"
  | "pistachio"
  | "hazelnuts";

export interface Topping {
  kind: ToppingKind;
  /** `#rrggbb`, one or several; each kind has its own when absent. */
  colours?: readonly string[];
  /** 1 is the usual amount. */
  amount?: number;
}

export type DonutForm =
  | "ring"
  | "cake"
  | "oldfashioned"
  | "ball"
  | "bar"
  | "square"
  | "fritter"
  | "lumpy"
  | "twist"
  | "cruller"
  | "mochi"
  | "layers"
  | "holes"
  | "sticks"
  | "trio"
  | "pillows";

export interface Icing {
  colour: string;
  /** dip: opaque with drips; glaze: thin and clear; half: one side only; cap: no drips; fudge: matt. */
  style: "dip" | "glaze" | "half" | "cap" | "fudge";
}

export interface Drizzle {
  colour: string;
  way: "zigzag" | "swirl" | "threads";
}

export interface Filling {
  colour: string;
  /** peek: oozing from the side; halved: cut open; split: a layer all around; well: in the top. */
  show: "peek" | "halved" | "split" | "well";
  /** Specks or fruit in it. */
  specks?: string;
}

export interface DonutLook {
  kind: "donut";
  ground: Ground;
  form: DonutForm;
  dough: Dough;
  icing?: Icing;
  /** One icing for each piece of a pile, instead of `icing`. */
  icings?: readonly string[];
  drizzle?: Drizzle;
  filling?: Filling;
  toppings?: readonly Topping[];
  count?: number;
}

type Vessel =
  | "cup"
  | "espresso"
  | "paper"
  | "latte"
  | "glass"
  | "tumbler"
  | "frappe"
  | "bottle"
  | "teacup";

export interface DrinkLook {
  kind: "drink";
  ground: Ground;
  vessel: Vessel;
  /** What is in it, from the bottom to the top. */
  layers: readonly string[];
  /** The ceramic, sleeve or label. */
  ware?: string;
  surface?: "leaf" | "heart" | "foam" | "crema" | "plain" | "cream" | "froth" | "tulip";
  garnish?: readonly (
    | "ice"
    | "straw"
    | "mint"
    | "lemon"
    | "peach"
    | "berries"
    | "marshmallows"
    | "cocoa"
    | "cookie"
    | "caramel"
    | "spice"
    | "teabag"
    | "milk"
    | "orange"
    | "streaks"
    | "steam"
    | "shavings"
    | "mango"
  )[];
}

export interface BiteLook {
  kind: "bite";
  ground: Ground;
  form:
    | "bagel"
    | "muffin"
    | "croissant"
    | "hashbrown"
    | "toastie"
    | "pretzel"
    | "swirl"
    | "bun"
    | "rollbun";
  dough: Dough;
  /** Layers between the halves, from the bottom to the top. */
  layers?: readonly (
    | "cream"
    | "salmon"
    | "egg"
    | "cheese"
    | "tomato"
    | "greens"
    | "patty"
    | "curry"
  )[];
  toppings?: readonly Topping[];
}

export interface BoxLook {
  kind: "box";
  ground: Ground;
  form: "six" | "dozen" | "bucket" | "tray";
  card: string;
  icings: readonly string[];
}

export type Look = DonutLook | DrinkLook | BiteLook | BoxLook;

export type Looks = Readonly<Record<string, Look>>;
