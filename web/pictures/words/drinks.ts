// Words that name a drink, and how that drink is served.

import type { DrinkLook } from "../look.ts";
import type { Clue } from "./clue.ts";

export const DRINKS: readonly Clue<Omit<DrinkLook, "kind" | "ground">>[] = [
  [
    /frapp|shake|milkshake/,
    {
      vessel: "frappe",
      layers: ["#9a7a66", "#b59680", "#cdb29c"],
      surface: "cream",
      garnish: ["straw", "cocoa"],
    },
  ],
  [
    /smoothie|lassi/,
    {
      vessel: "latte",
      layers: ["#ef7d6a", "#f7a08c", "#fcc8b4"],
      surface: "plain",
      garnish: ["straw", "mint"],
    },
  ],
  [
    /lemonade|limonade|limonata|spritz|soda|\bcola\b/,
    {
      vessel: "glass",
      layers: ["#f7d24a", "#fbe68a", "#fdf4c4"],
      ware: "#e2a32c",
      surface: "plain",
      garnish: ["ice", "lemon", "straw"],
    },
  ],
  [
    /(iced|ice|cold|eis|glac).*\btea\b|\btea\b.*(iced|cold)|eistee/,
    {
      vessel: "glass",
      layers: ["#a84f18", "#d17a2e", "#eaa555"],
      surface: "plain",
      garnish: ["ice", "lemon", "mint"],
    },
  ],
  [
    /cold brew|(iced|frozen) (coffee|americano)/,
    {
      vessel: "tumbler",
      layers: ["#1f0d07", "#3a1a0c", "#6b3416"],
      surface: "plain",
      garnish: ["ice"],
    },
  ],
  [
    /iced|frozen/,
    {
      vessel: "glass",
      layers: ["#f7ead6", "#e3c6a0", "#8a532a"],
      ware: "#8a532a",
      surface: "froth",
      garnish: ["ice", "straw"],
    },
  ],
  [/juice|saft|jus\b|zumo|succo/, { vessel: "bottle", layers: ["#f49a2c"], ware: "#5f9a4a" }],
  [
    /water|wasser|\beau\b|agua|acqua/,
    { vessel: "bottle", layers: ["#d3ecf5"], ware: "#3f8fb5", surface: "plain" },
  ],
  [
    /espresso|ristretto|macchiato/,
    { vessel: "espresso", layers: ["#3a1a0a", "#a8622a"], surface: "crema", garnish: ["steam"] },
  ],
  [
    /mocha|moka/,
    {
      vessel: "cup",
      layers: ["#3a1a0e", "#5a2f1a"],
      ware: "#7a4434",
      surface: "cream",
      garnish: ["cocoa"],
    },
  ],
  [
    /hot chocolate|cocoa drink|kakao|chocolat chaud/,
    {
      vessel: "cup",
      layers: ["#3a1a0e", "#5f2f1c"],
      ware: "#e9b3a6",
      surface: "plain",
      garnish: ["marshmallows"],
    },
  ],
  [/matcha/, { vessel: "cup", layers: ["#6f8f34", "#9db552"], ware: "#f4eddc", surface: "tulip" }],
  [
    /chai/,
    {
      vessel: "teacup",
      layers: ["#a0642e", "#cf9a60"],
      ware: "#cf6f3c",
      surface: "froth",
      garnish: ["spice", "steam"],
    },
  ],
  [
    /\btea\b|\btee\b|\bth[eé]\b|infusion/,
    {
      vessel: "teacup",
      layers: ["#7a2f0c", "#b5541a"],
      surface: "plain",
      garnish: ["teabag", "steam"],
    },
  ],
  [
    /cappuccino/,
    { vessel: "cup", layers: ["#7a4420", "#b5743c"], surface: "foam", garnish: ["cocoa"] },
  ],
  [
    /latte|lungo|cortado|flat white|au lait/,
    { vessel: "cup", layers: ["#6b3818", "#b07444"], ware: "#8fa7a0", surface: "heart" },
  ],
  [
    /coffee|kaffee|caf[eéè]|americano|brew/,
    { vessel: "paper", layers: ["#3a1c0e"], ware: "#b8593c" },
  ],
];
