// Small pieces by the dozen, drawn as few paths: rods, curls, chips.

import { darker, lighter } from "../drawing/palette.ts";
import { num, type Point, straight } from "../drawing/path.ts";
import { tag } from "../drawing/sheet.ts";
import { type Coloured, spread } from "./strewn.ts";

export function strokes(
  { sheet, colours }: Coloured,
  points: readonly Point[],
  width: number,
  write: (point: Point) => string,
): void {
  const round = { fill: "none", "stroke-linecap": "round" };
  const all = points.map(write);
  const lines = colours.map((_, index) =>
    all.filter((__, at) => at % colours.length === index).join(""),
  );
  const drawn = lines.map((d, index) => {
    const colour = colours[index] ?? "#ffffff";
    const href = `#${sheet.path(d)}`;
    return (
      tag("use", {
        href,
        ...round,
        "stroke-width": width,
        stroke: "#3d1606",
        transform: "translate(1.1 2)",
        opacity: 0.34,
      }) +
      tag("use", { href, ...round, "stroke-width": width, stroke: darker(colour, 0.14) }) +
      tag("use", {
        href,
        ...round,
        "stroke-width": width * 0.42,
        stroke: lighter(colour, 0.6),
        transform: `translate(${num(-width * 0.12)} ${num(-width * 0.2)})`,
      })
    );
  });
  sheet.add(drawn.join(""));
}

export function rods(strewn: Coloured, count: number, length: number, width: number): void {
  const { random } = strewn;
  strokes(strewn, spread(strewn, count, length + 1, 5), width, ([x, y]) => {
    const angle = random.between(0, Math.PI);
    const [dx, dy] = [Math.cos(angle) * length, Math.sin(angle) * length * 0.8];
    return `M${num(x - dx / 2)} ${num(y - dy / 2)}l${num(dx)} ${num(dy)}`;
  });
}

export function curled(
  strewn: Coloured,
  count: number,
  length: number,
  width: number,
  gap = width + 3,
): void {
  const { random } = strewn;
  strokes(strewn, spread(strewn, count, gap, length * 0.3), width, ([x, y]) => {
    const angle = random.between(0, Math.PI * 2);
    const [dx, dy] = [Math.cos(angle) * length, Math.sin(angle) * length * 0.75];
    const bend = random.near(length * 0.7);
    return `M${Math.round(x - dx / 2)} ${Math.round(y - dy / 2)}q${num(dx / 2 + bend)} ${num(dy / 2 - bend)} ${num(dx)} ${num(dy)}`;
  });
}

/** Broken pieces with a lit facet. */
export function chips(strewn: Coloured, count: number, size: number, gap: number): void {
  const { sheet, random, colours } = strewn;
  const pieces = spread(strewn, count, gap).map(([x, y]) => {
    const corners = 4 + Math.floor(random.between(0, 1.8));
    const reach = size * random.between(0.65, 1.25);
    return Array.from({ length: corners }, (_, index): Point => {
      const angle = ((index + random.near(0.3)) / corners) * Math.PI * 2;
      return [x + Math.cos(angle) * reach, y + Math.sin(angle) * reach * 0.8];
    });
  });
  const drawn = colours.map((colour, index) => {
    const mine = pieces.filter((_, at) => at % colours.length === index);
    const facets = mine.map((corners) => {
      const [a = [0, 0], , c = [0, 0]] = corners;
      return straight([
        c,
        corners[3] ?? c,
        corners.at(-1) ?? c,
        [(a[0] + c[0]) / 2, (a[1] + c[1]) / 2],
      ]);
    });
    const href = `#${sheet.path(mine.map(straight).join(""))}`;
    const body = darker(colour, 0.16);
    return (
      tag("use", { href, fill: "#3d1606", opacity: 0.36, transform: "translate(1.4 2.8)" }) +
      tag("use", {
        href,
        fill: body,
        stroke: body,
        "stroke-width": 1.6,
        "stroke-linejoin": "round",
      }) +
      tag("path", { d: facets.join(""), fill: lighter(colour, 0.42) })
    );
  });
  sheet.add(...drawn);
}
