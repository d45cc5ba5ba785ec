// Where on an area something may lie: strewn by hand, not by dice.

import type { Point } from "./path.ts";
import type { Random } from "./random.ts";

export interface Area {
  outer: readonly Point[];
  inner?: readonly Point[] | undefined;
}

function within([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  for (let index = 0; index < polygon.length; index += 1) {
    const [ax, ay] = polygon[index] ?? [0, 0];
    const [bx, by] = polygon[(index + 1) % polygon.length] ?? [0, 0];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) {
      inside = !inside;
    }
  }
  return inside;
}

const nearest = ([x, y]: Point, polygon: readonly Point[]): number =>
  polygon.reduce((least, [px, py]) => Math.min(least, Math.hypot(px - x, py - y)), Infinity);

/** How far a point is from an outline, corners and edges. */
const fromEdge = ([x, y]: Point, polygon: readonly Point[]): number =>
  polygon.reduce((least, [ax, ay], index) => {
    const [bx, by] = polygon[(index + 1) % polygon.length] ?? [ax, ay];
    const [dx, dy] = [bx - ax, by - ay];
    const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
    const at = Math.min(1, Math.max(0, along));
    return Math.min(least, Math.hypot(ax + dx * at - x, ay + dy * at - y));
  }, Infinity);

/**
 * Up to `count` points in the area, `gap` apart and `margin` from its edges, far ones first. Of
 * several candidates the loneliest is taken: strewn by hand, not by dice.
 */
export function scatter(
  random: Random,
  { outer, inner }: Area,
  { count, gap, margin = 5 }: { count: number; gap: number; margin?: number },
): Point[] {
  const xs = outer.map(([x]) => x);
  const ys = outer.map(([, y]) => y);
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const fits = (point: Point): boolean =>
    within(point, outer) &&
    fromEdge(point, outer) > margin &&
    (inner === undefined || (!within(point, inner) && fromEdge(point, inner) > margin));
  const found: Point[] = [];
  for (let tries = 0; tries < count * 2 && found.length < count; tries += 1) {
    let best: Point | undefined;
    let distance = gap;
    for (let candidates = 0; candidates < 7; candidates += 1) {
      const point: Point = [random.between(left, right), random.between(top, bottom)];
      const alone = Math.min(nearest(point, found), gap * 2.2);
      if (alone > distance && fits(point)) {
        [best, distance] = [point, alone];
      }
    }
    if (best !== undefined) {
      found.push(best);
    }
  }
  return found.sort((one, other) => one[1] - other[1]);
}
