// Several small pieces on one picture: holes, mini crullers, pillows.

import { DOUGHS, darker, lighter, mix } from "../drawing/palette.ts";
import { type Point, smooth } from "../drawing/path.ts";
import { type Random, randomFrom } from "../drawing/random.ts";
import type { Area } from "../drawing/scatter.ts";
import { around, blob } from "../drawing/shape.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { DonutLook, Icing } from "../look.ts";
import { drawCruller } from "./cruller.ts";
import type { Body, Torus } from "./dough.ts";
import { drawHole } from "./hole.ts";
import { several } from "./several.ts";
import { drawSticks } from "./sticks.ts";

const SPOTS: readonly Point[] = [
  [138, 126],
  [213, 114],
  [284, 134],
  [108, 188],
  [185, 190],
  [262, 196],
];

function areaOf(x: number, y: number, rx: number, ry: number): Area {
  return {
    outer: around(14, (angle): Point => [x + Math.cos(angle) * rx, y + Math.sin(angle) * ry]),
  };
}

function drawHoles(sheet: Sheet, random: Random, look: DonutLook): Body {
  const spots = look.count === 5 ? [SPOTS[0], SPOTS[1], SPOTS[2], [150, 194], [240, 194]] : SPOTS;
  const base = spots.slice(-3) as readonly Point[];
  sheet.add(...base.map(([x, y]) => sheet.shadow(x, y + 24, 48, 24, 0.3)));
  const areas = (spots as readonly Point[]).map(([sx, sy], index) => {
    const [x, y] = [sx + random.near(3), sy + random.near(3)];
    const colour = look.icings?.[index % look.icings.length];
    const icing: Icing | undefined = colour === undefined ? look.icing : { colour, style: "dip" };
    const radius = 45 + random.near(2.5);
    sheet.add(
      drawHole(
        sheet,
        random,
        [x, y],
        radius,
        mix(DOUGHS[look.dough], "#7d3c10", random.between(0, 0.14)),
        icing,
      ),
    );
    return areaOf(x, y - 3, radius * 0.94, radius * 0.86);
  });
  return several(areas);
}

function drawTrio(sheet: Sheet, look: DonutLook): Body {
  const spots: readonly Point[] = [
    [200, 102],
    [122, 186],
    [278, 188],
  ];
  const areas = spots.map((centre, index): Area => {
    const torus: Torus = { centre: [0, 0], radius: 46, tube: 25 };
    const colour = look.icings?.[index];
    const icing: Icing | undefined = colour === undefined ? look.icing : { colour, style: "dip" };
    // The same seed for all three: equal paths are written once.
    const body = sheet.moved(centre, () =>
      drawCruller(sheet, randomFrom("trio"), look.dough, icing, torus),
    );
    return body.icing;
  });
  return several(areas);
}

function drawPillows(sheet: Sheet, random: Random, look: DonutLook): Body {
  const colour = DOUGHS[look.dough];
  sheet.add(sheet.shadow(200, 196, 140, 54));
  const places: readonly (readonly [number, number, number])[] = [
    [142, 150, -0.25],
    [262, 158, 0.3],
    [200, 122, 0.06],
  ];
  const areas = places.map(([x, y, tilt]): Area => {
    const outer = blob(random, [x, y + 16], [72, 56], {
      square: 3.6,
      tilt,
      count: 20,
      amount: 0.03,
    });
    const d = smooth(outer);
    sheet.add(
      tag("path", {
        d,
        fill: "#4a1d0a",
        opacity: 0.4,
        filter: sheet.blur(5),
        transform: "translate(4 8)",
      }),
      sheet.volume(d, {
        colour,
        fill: sheet.radial([lighter(colour, 0.5), colour, darker(colour, 0.4)], 0.36, 0.26, 0.85),
        depth: 30,
        shade: 0.7,
        light: 0.25,
      }),
    );
    const dusted = blob(random, [x - 3, y + 9], [60, 42], {
      square: 3.2,
      tilt,
      count: 16,
      amount: 0.05,
    });
    sheet.add(
      sheet.clipped(
        d,
        tag("path", { d: smooth(dusted), fill: "#fffdfa", opacity: 0.9, filter: sheet.blur(6) }),
      ),
    );
    return { outer: dusted };
  });
  return several(areas);
}

export function drawPile(sheet: Sheet, random: Random, look: DonutLook): Body {
  switch (look.form) {
    case "sticks":
      return drawSticks(sheet, random, look);
    case "trio":
      return drawTrio(sheet, look);
    case "pillows":
      return drawPillows(sheet, random, look);
    default:
      return drawHoles(sheet, random, look);
  }
}
