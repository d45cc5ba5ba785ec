// A plausible look for items that nobody has drawn: from words in the id and name, and a seed.

import { type Dough, GROUNDS, type Ground } from "./drawing/palette.ts";
import { type Random, randomFrom } from "./drawing/random.ts";
import type { DonutForm, DonutLook, DrinkLook, Look, Topping } from "./look.ts";
import { BITES } from "./words/bites.ts";
import type { Clue } from "./words/clue.ts";
import { CHANCE, FORMS, GLAZED, POWDERED, SPRINKLED, SUGARED, TASTES } from "./words/donuts.ts";
import { DRINKS } from "./words/drinks.ts";

/** The first rule whose words occur. Order matters: "hot chocolate" before "chocolate". */
const first = <T>(text: string, rules: readonly Clue<T>[]): T | undefined =>
  rules.find(([words]) => words.test(text))?.[1];

function doughOf(text: string, random: Random): Dough {
  return (
    first<Dough>(text, [
      [/velvet/, "velvet"],
      [/double choc|devil|brownie/, "cocoa"],
      [/pumpkin|carrot/, "pumpkin"],
      [/ginger|spice|cider|molasses/, "ginger"],
      [/pandan/, "pandan"],
    ]) ?? random.pick<Dough>(["yeast", "yeast", "brioche", "pale"])
  );
}

function donutFor(text: string, ground: Ground, random: Random): DonutLook {
  const form = first(text, FORMS) ?? random.pick<DonutForm>(["ring", "ring", "ring", "cake"]);
  const base: DonutLook = { kind: "donut", ground, form, dough: doughOf(text, random) };
  const taste = first(text, TASTES);
  if (POWDERED.test(text)) {
    return { ...base, toppings: [{ kind: "powder" }] };
  }
  if (SUGARED.test(text) && taste === undefined) {
    return {
      ...base,
      toppings: [
        {
          kind: "sugar",
          colours: [/cinnamon|zimt|cider/.test(text) ? "#f3d6a8" : "#ffffff"],
          amount: 1.2,
        },
      ],
    };
  }
  if (GLAZED.test(text) && taste === undefined) {
    return { ...base, icing: { colour: "#fff3dc", style: "glaze" } };
  }
  const colour = taste?.icing ?? random.pick(CHANCE);
  const sprinkles: readonly Topping[] = SPRINKLED.test(text) ? [{ kind: "sprinkles" }] : [];
  const toppings = [...(taste?.toppings ?? []), ...sprinkles];
  const look: DonutLook = {
    ...base,
    icing: { colour, style: "dip" },
    ...(toppings.length > 0 ? { toppings } : {}),
  };
  if (form === "ball") {
    const filling =
      first(text, [
        [/custard|boston|vanilla|cream|kreme/, "#f9dd86"],
        [/choc|hazel/, "#4a2312"],
        [/lemon/, "#f5cf2c"],
        [/caramel/, "#b5651a"],
      ] as const) ?? "#b3123a";
    return {
      ...look,
      filling: { colour: filling, show: random.pick(["halved", "peek"] as const) },
    };
  }
  if (toppings.length === 0 && /^(ring|cake|bar)$/.test(form) && random.next() < 0.45) {
    return {
      ...look,
      drizzle: {
        colour: random.pick(["#fff6e6", "#5a2f1a"]),
        way: random.pick(["zigzag", "threads"] as const),
      },
    };
  }
  return look;
}

/**
 * A look for an item without one in looks.json, such as those that an import brings. The same id,
 * name and category always give the same look.
 */
export function lookFor(id: string, name: string, category: string): Look {
  const random = randomFrom(`look of ${id}`);
  const text = `${id.replaceAll("-", " ")} ${name}`.toLowerCase();
  const place = category.toLowerCase();
  const ground = random.pick(Object.keys(GROUNDS) as Ground[]);
  if (/\bbox\b|dozen|bucket|party pack|assort|half[ -]dozen/.test(text) || /box|shar/.test(place)) {
    const icings = Array.from({ length: 12 }, () => random.pick(CHANCE));
    const form = /bucket|hole/.test(text)
      ? "bucket"
      : /\b(6|six|half)\b/.test(text)
        ? "six"
        : "dozen";
    return {
      kind: "box",
      ground,
      form,
      card: random.pick(["#e8849a", "#e0603f", "#7fa35a", "#5f9aa8", "#d99a3c"]),
      icings,
    };
  }
  const drinks = /drink|coffee|tea|beverage|getr|boisson|bebida|bevand|cocoa/.test(place);
  const savoury = /bite|savou?ry|bagel|sandwich|breakfast|snack|bak/.test(place);
  const donut =
    /donut|doughnut|cruller|fritter|beignet|berliner/.test(text) || /donut|doughnut/.test(place);
  const drink = donut && !drinks ? undefined : first(text, DRINKS);
  if (drinks || (drink !== undefined && !savoury)) {
    const cup: Omit<DrinkLook, "kind" | "ground"> = drink ?? {
      vessel: "paper",
      layers: ["#3a1c0e"],
      ware: random.pick(CHANCE),
    };
    return { kind: "drink", ground, ...cup };
  }
  const bite = donut ? undefined : first(text, BITES);
  if (bite !== undefined) {
    return { kind: "bite", ground, ...bite };
  }
  if (savoury && !donut) {
    return { kind: "bite", ground, form: "bun", dough: "pale", layers: ["greens", "cheese"] };
  }
  return donutFor(text, ground, random);
}
