// Cookies, wafers, sugar stars, curls, and the bacon that keeps them company.

import { darker, lighter } from "../drawing/palette.ts";
import { num, type Point, smooth, straight } from "../drawing/path.ts";
import { around, turned } from "../drawing/shape.ts";
import { tag } from "../drawing/sheet.ts";
import { type Draw, HERE, under } from "./fruit.ts";

export const cookie: Draw = (sheet, _random, [colour = "#35201a"]) => {
  const arc = (radius: number, lift: number): string =>
    `M${-radius} ${-lift}A${radius} ${num(radius * 0.9)} 0 0 1 ${radius} ${-lift}Z`;
  return (
    under(sheet, arc(27, 0)) +
    tag("path", { d: arc(27, 0), fill: darker(colour, 0.4) }) +
    tag("path", { d: arc(26, 4), fill: "#fbf3e4" }) +
    tag("path", {
      d: arc(27, 8),
      fill: sheet.linear([lighter(colour, 0.3), darker(colour, 0.3)], 1, 1),
    }) +
    tag("path", {
      d: "M-17-14h.1M-9-24h.1M3-27h.1M14-21h.1M-3-15h.1M8-13h.1",
      stroke: darker(colour, 0.6),
      "stroke-width": 4,
      "stroke-linecap": "round",
    })
  );
};

/** A gingerbread man, the size of a thumb. */
export const biscuit: Draw = (sheet) => {
  const man =
    "M0-26a10 10 0 0 1 7 17l14-3a6 6 0 0 1 2 12L10 2l8 19a6 6 0 0 1-11 5L0 12l-7 14a6 6 0 0 1-11-5l8-19-13-2a6 6 0 0 1 2-12l14 3A10 10 0 0 1 0-26Z";
  const icing = { fill: "none", stroke: "#fffaf0", "stroke-linecap": "round" };
  return tag(
    "g",
    { transform: "rotate(12) scale(1.7)" },
    under(sheet, man) +
      tag("path", { d: man, fill: "#8a4b1c", transform: "translate(.6 1.8)" }) +
      tag("path", { d: man, fill: sheet.linear(["#e0a05a", "#b06c2e"], 1, 1) }) +
      tag("path", { d: "M-4-18h.1M4-18h.1M0-2h.1M0 6h.1", ...icing, "stroke-width": 3.4 }) +
      tag("path", {
        d: "M-4-12q4 4 8 0M-19-6l4 6M19-6l-4 6M-16 20l7 3M16 20l-7 3",
        ...icing,
        "stroke-width": 2,
      }),
  );
};

export const bacon: Draw = (sheet) => {
  const edge = (side: number): Point[] =>
    Array.from({ length: 9 }, (_, step) =>
      turned([-100 + step * 25, side + Math.sin(step * 1.9) * 4], -0.2, HERE),
    );
  const d = `${smooth(edge(-11), false)}${smooth(edge(12).reverse(), false).replace("M", "L")}Z`;
  const streak = (side: number, colour: string, width: number): string =>
    tag("path", {
      d: smooth(edge(side), false),
      fill: "none",
      stroke: colour,
      "stroke-width": width,
      opacity: 0.85,
    });
  return (
    under(sheet, d) +
    sheet.volume(d, { colour: "#a8341f", depth: 8, shade: 0.6, light: 0.4 }) +
    sheet.clipped(
      d,
      streak(-8, "#f0bf96", 4) +
        streak(3, "#f3cfab", 5) +
        streak(9, "#6d1a10", 3) +
        streak(-2, "#d0603f", 2),
    )
  );
};

export const wafer: Draw = (sheet) => {
  const wedge = "M-52 10L34-44A96 78 0 0 1 48 42Z";
  const bars = Array.from(
    { length: 10 },
    (_, step) => `M${-80 + step * 14}-60l60 120M${-80 + step * 14} 60l60-120`,
  );
  return (
    under(sheet, wedge) +
    tag("path", { d: wedge, fill: "#7a3f12", transform: "translate(0 8)" }) +
    tag("path", { d: wedge, fill: "#c9791f", transform: "translate(0 4)" }) +
    sheet.volume(wedge, { colour: "#e0a24a", depth: 14, shade: 0.5, light: 0.6 }) +
    sheet.clipped(
      wedge,
      tag("path", {
        d: bars.join(""),
        stroke: "#9a5c1c",
        "stroke-width": 3,
        opacity: 0.65,
        fill: "none",
      }),
    )
  );
};

export const star: Draw = (sheet, _random, [colour = "#ffffff"]) => {
  const d = straight(
    around(
      10,
      (angle, at): Point => [
        Math.cos(angle) * (at % 2 === 0 ? 10.5 : 4.8),
        Math.sin(angle) * (at % 2 === 0 ? 9.4 : 4.3),
      ],
    ),
  );
  return (
    under(sheet, d) +
    tag("path", {
      d,
      fill: sheet.linear([lighter(colour, 0.5), darker(colour, 0.1)], 1, 1),
      stroke: darker(colour, 0.2),
      "stroke-width": 1.2,
      "stroke-linejoin": "round",
    })
  );
};

export const butter: Draw = (sheet) => {
  const side = "M-58-2l22 20 98-26v14L-36 33l-22-21Z";
  return (
    under(sheet, side) +
    tag("path", { d: side, fill: "#eebf3c" }) +
    tag("path", {
      d: "M-58-2L38-28l24 20-98 26Z",
      fill: sheet.linear(["#fff6bf", "#fbdf80"], 1, 1),
    })
  );
};

export const curl: Draw = (sheet, _random, [colour = "#5a2e1a"]) =>
  tag("path", {
    d: "M-15-4h30q4 4 0 9h-30q-4-5 0-9Z",
    fill: "#3d1606",
    opacity: 0.4,
    transform: "translate(1.6 3)",
  }) +
  tag("path", {
    d: "M-15-4h30q4 4 0 9h-30q-4-5 0-9Z",
    fill: sheet.linear([lighter(colour, 0.4), colour, darker(colour, 0.3)]),
  }) +
  tag("path", {
    d: "M-12-1h25M-14 2h24",
    stroke: darker(colour, 0.4),
    "stroke-width": 0.9,
    opacity: 0.7,
  });
