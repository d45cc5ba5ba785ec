// Bottles: water one sees through, juice one does not.

import { darker, lighter } from "../drawing/palette.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DrinkLook } from "../look.ts";

export function drawBottle(sheet: Sheet, look: DrinkLook): void {
  const liquid = look.layers[0] ?? "#dff1f7";
  const label = look.ware ?? "#4b9bb5";
  const clear = look.surface === "plain";
  const shape =
    "M178 44V74C178 92 146 100 146 132V240Q146 258 164 260H236Q254 258 254 240V132C254 100 222 92 222 74V44Z";
  const fill = "M152 134Q200 148 248 134V240Q248 254 234 255H166Q152 254 152 240Z";
  const tallFill =
    "M156 118C164 104 182 98 183 80H217C218 98 236 104 244 118L249 134V240Q249 254 234 256H166Q151 254 151 240V134Z";
  const body = clear ? tallFill : fill.replace("134Q200 148 248 134", "116Q200 126 248 116");
  sheet.add(
    sheet.shadow(204, 256, 58, 17, 0.5),
    tag("path", { d: shape, fill: clear ? "#ffffff" : "#fffaf0", opacity: 0.55 }),
    sheet.volume(clear ? body : shape, {
      colour: liquid,
      depth: 34,
      shade: clear ? 0.22 : 0.45,
      light: 0.8,
      opacity: clear ? 0.9 : 1,
    }),
    sheet.clipped(
      shape,
      tag("path", {
        d: "M146 158Q200 174 254 158V214Q200 230 146 214Z",
        fill: sheet.linear([lighter(label, 0.3), label, darker(label, 0.3)], 1, 0),
      }) +
        tag("path", {
          d: clear
            ? "M168 196q16 -26 32 -4t32 -8"
            : "M200 176a13 13 0 1 0 .1 0M200 174q6 -10 16 -8",
          fill: clear ? "none" : "#fff4e0",
          stroke: "#fff4e0",
          "stroke-width": 4,
          "stroke-linecap": "round",
        }),
    ),
    tag("path", { d: shape, fill: "none", stroke: "#ffffff", "stroke-width": 2.4, opacity: 0.85 }),
    tag("path", {
      d: "M160 134v96",
      stroke: "#fff",
      "stroke-width": 9,
      "stroke-linecap": "round",
      opacity: 0.75,
      filter: sheet.blur(1.8),
    }),
    tag("path", {
      d: "M243 140v70",
      stroke: "#fff",
      "stroke-width": 3.4,
      "stroke-linecap": "round",
      opacity: 0.6,
    }),
    tag("rect", {
      x: 172,
      y: 28,
      width: 56,
      height: 24,
      rx: 6,
      fill: sheet.linear([lighter(label, 0.35), label, darker(label, 0.45)], 1, 0),
    }),
    tag("path", {
      d: "M182 32v16M192 32v16M202 32v16M212 32v16",
      stroke: darker(label, 0.35),
      "stroke-width": 2,
      opacity: 0.5,
    }),
  );
}
