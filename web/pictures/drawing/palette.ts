// Colours: named ones for what is eaten and where it stands, and mixing that keeps them warm.

/** Backgrounds, [lit centre, edge]. */
export const GROUNDS = {
  cream: ["#fffaf0", "#f6e3c5"],
  peach: ["#fff5ec", "#fbd5bb"],
  rose: ["#fff4f3", "#f8cfd2"],
  butter: ["#fffbea", "#f9e3a0"],
  mint: ["#f7fdf6", "#cfe6cf"],
  sky: ["#f6fbfd", "#c9dfe8"],
  lilac: ["#fbf7fe", "#dccfea"],
  sand: ["#fdf8f1", "#e4cfb4"],
  coral: ["#fff5f0", "#f7bda8"],
  pistachio: ["#fbfdf0", "#dbe3b2"],
  stone: ["#fbfaf8", "#d9d2ca"],
  cocoa: ["#fbf3ec", "#d8b79c"],
} as const;

export type Ground = keyof typeof GROUNDS;

/** Doughs and crusts, as they look in full light. */
export const DOUGHS = {
  yeast: "#dd9238",
  pale: "#eab968",
  brioche: "#c9752a",
  cake: "#cf8a3c",
  choux: "#e5a548",
  cocoa: "#6b3a22",
  black: "#432820",
  velvet: "#a1262c",
  pumpkin: "#cf7a2e",
  ginger: "#9a5a2c",
  pandan: "#8fae4a",
  syrup: "#a4561f",
  rye: "#8a4a20",
  mahogany: "#8c4517",
  mochi: "#e8b469",
  toast: "#d79a4f",
} as const;

export type Dough = keyof typeof DOUGHS;

type Channels = [number, number, number];

function channels(colour: string): Channels {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** `share` of `other` mixed into `colour` (both `#rrggbb`). */
export function mix(colour: string, other: string, share: number): string {
  const [from, to] = [channels(colour), channels(other)];
  const mixed = from.map((part, index) => Math.round(part + ((to[index] ?? 0) - part) * share));
  return `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Shadow goes towards burnt sugar, never towards black: food in grey shadow looks stale. */
export const darker = (colour: string, share: number): string => mix(colour, "#4a1d0a", share);

export const lighter = (colour: string, share: number): string => mix(colour, "#fff4dc", share);

/** Light on a coloured edge: warm, so that crusts turn golden and not chalky. */
export const glow = (colour: string): string =>
  mix(colour, brightness(colour) > 0.75 ? "#ffffff" : "#ffe3ae", 0.72);

/** Rec. 601 luma in 0..1: decides whether a highlight has to be strong to be seen. */
export function brightness(colour: string): number {
  const [red, green, blue] = channels(colour);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}
