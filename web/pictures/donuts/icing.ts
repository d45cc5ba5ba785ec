// What is poured over dough: icing with drips and shine, thin glaze, half-dips, drizzles.

import { brightness, darker, lighter } from "../drawing/palette.ts";
import { type Point, smooth } from "../drawing/path.ts";
import type { Random } from "../drawing/random.ts";
import { type Sheet, tag } from "../drawing/sheet.ts";
import type { Drizzle, Icing } from "../look.ts";
import type { Body } from "./dough.ts";

export const pathOf = ({ icing }: Pick<Body, "icing">): string =>
  smooth(icing.outer) + (icing.inner === undefined ? "" : smooth(icing.inner));

/** White streaks where the light falls on something wet. */
export function shine(sheet: Sheet, body: Pick<Body, "gloss">, strength: number): string {
  return body.gloss
    .map(([d, width], index) =>
      tag("path", {
        d,
        fill: "none",
        stroke: "#fffdf6",
        "stroke-width": width,
        "stroke-linecap": "round",
        opacity: index === 2 ? strength * 0.45 : strength,
        filter: sheet.blur(index === 2 ? 1.8 : 1.1),
      }),
    )
    .join("");
}

export function drawIcing(sheet: Sheet, body: Body, { colour, style }: Icing): void {
  const d = style === "half" ? halfOf(body) : pathOf(body);
  const href = `#${sheet.path(d)}`;
  const bright = brightness(colour);
  if (style === "glaze") {
    const pooled = tag("use", {
      href,
      fill: "none",
      stroke: "#ffffff",
      "stroke-width": 3,
      opacity: 0.45,
      filter: sheet.blur(1.1),
    });
    const veil = tag("use", { href, fill: colour, "fill-rule": "evenodd", opacity: 0.2 });
    sheet.add(sheet.clipped(body.outline, veil + pooled), shine(sheet, body, 0.95), crazing(body));
    return;
  }
  const contact = tag("use", {
    href,
    fill: "#3d1606",
    "fill-rule": "evenodd",
    opacity: 0.42,
    filter: sheet.blur(2.5),
    transform: "translate(1.5 5.5)",
  });
  const edge = tag("use", {
    href,
    fill: darker(colour, bright > 0.75 ? 0.24 : 0.42),
    "fill-rule": "evenodd",
    transform: "translate(.4 2.6)",
  });
  const coat = sheet.volume(d, {
    colour,
    depth: 24,
    shade: style === "fudge" ? 0.5 : bright > 0.75 ? 0.34 : 0.55,
    light: style === "fudge" ? 0.3 : bright > 0.75 ? 0.9 : 0.42,
  });
  sheet.add(sheet.clipped(body.outline, contact + edge + coat));
  if (style !== "fudge") {
    sheet.add(shine(sheet, body, bright > 0.75 ? 0.95 : bright < 0.3 ? 0.62 : 0.75));
  } else {
    sheet.add(shine(sheet, body, 0.3));
  }
}

/** Fine lines in a set sugar glaze. */
function crazing({ centre: [x, y], reach: [rx, ry] }: Body): string {
  const lines = [0.4, 1.1, 1.9, 2.7, 3.3, 4.9, 5.7].map((angle) => {
    const [px, py] = [x + Math.cos(angle) * rx * 0.78, y + Math.sin(angle) * ry * 0.78];
    return `M${Math.round(px)} ${Math.round(py)}l${Math.round(7 * Math.cos(angle * 3))} 5l-3 6`;
  });
  return tag("path", {
    d: lines.join(""),
    fill: "none",
    stroke: "#fff",
    "stroke-width": 0.9,
    opacity: 0.5,
  });
}

/** The left half, dipped at a slant. */
function halfOf({ icing, centre }: Body): string {
  const cut = ([px, py]: Point): Point => {
    const line = centre[0] + 22 - (py - centre[1]) * 0.35;
    return px > line ? [line + Math.sin(py / 9) * 3, py] : [px, py];
  };
  const inner = icing.inner === undefined ? "" : smooth(icing.inner.map(cut));
  return smooth(icing.outer.map(cut)) + inner;
}

export function drawDrizzle(
  sheet: Sheet,
  random: Random,
  body: Body,
  { colour, way }: Drizzle,
): void {
  const [[x, y], [rx, ry]] = [body.centre, body.reach];
  const points: Point[] = [];
  if (way === "swirl") {
    for (let step = 0; step <= 60; step += 1) {
      const angle = step * 0.52;
      const away = 0.18 + (0.72 * step) / 60;
      points.push([x + Math.cos(angle) * rx * away, y + Math.sin(angle) * ry * away]);
    }
  } else {
    const turns = way === "threads" ? 17 : 11;
    for (let step = 0; step <= turns; step += 1) {
      const along = (step / turns) * 2 - 1;
      const side = step % 2 === 0 ? -1 : 1;
      points.push([x + along * rx * 1.08 + random.near(5), y + side * ry * 1.15 - along * 16]);
    }
  }
  const d = smooth(points, false);
  const width = way === "threads" ? 2.4 : way === "swirl" ? 4.2 : 5;
  const line = (stroke: string, move: string, thick: number, opacity: number): string =>
    tag("use", {
      href: `#${sheet.path(d)}`,
      fill: "none",
      stroke,
      "stroke-width": thick,
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
      transform: `translate(${move})`,
      opacity,
    });
  sheet.add(
    sheet.clipped(
      pathOf(body),
      line("#3d1606", "1.2 2.6", width, 0.28) +
        line(darker(colour, 0.28), ".4 .9", width, 1) +
        line(colour, "0 0", width * 0.9, 1) +
        line(lighter(colour, 0.8), "-.7 -.9", width * 0.3, 0.75),
    ),
  );
}
