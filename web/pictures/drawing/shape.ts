// Outlines: irregular closed curves, rims with drips, turned points.

import type { Point } from "./path.ts";
import type { Random } from "./random.ts";

const TURN = Math.PI * 2;

/** How far each direction strays from a perfect curve: three low harmonics, as dough does. */
export function wobble(random: Random, amount: number): (angle: number) => number {
  const parts = [1, 2, 3, 5].map((times) => ({
    times,
    reach: (amount * random.between(0.4, 1)) / Math.sqrt(times),
    phase: random.between(0, TURN),
  }));
  return (angle) =>
    parts.reduce(
      (sum, { times, reach, phase }) => sum + reach * Math.cos(times * angle + phase),
      1,
    );
}

export function around(count: number, at: (angle: number, index: number) => Point): Point[] {
  return Array.from({ length: count }, (_, index) => at((index / count) * TURN, index));
}

/** An irregular ellipse; `square` above 2 fills its corners. */
export function blob(
  random: Random,
  [x, y]: Point,
  [rx, ry]: Point,
  { amount = 0.012, count = 22, square = 2, tilt = 0 } = {},
): Point[] {
  const stray = wobble(random, amount);
  const power = 2 / square;
  const bend = (value: number): number => Math.sign(value) * Math.abs(value) ** power;
  return around(count, (angle) => {
    const reach = stray(angle);
    const along = bend(Math.cos(angle)) * rx * reach;
    const across = bend(Math.sin(angle)) * ry * reach;
    return [
      x + along * Math.cos(tilt) - across * Math.sin(tilt),
      y + along * Math.sin(tilt) + across * Math.cos(tilt),
    ];
  });
}

export function turned([x, y]: Point, angle: number, [ox, oy]: Point): Point {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [ox + x * cos - y * sin, oy + x * sin + y * cos];
}

/** Runs of icing down the front: an amount (0..1) for each angle, where sin > 0 is the front. */
export function drips(random: Random, count: number): (angle: number) => number {
  const runs = Array.from({ length: count }, (_, index) => ({
    at: (0.06 + (0.88 * (index + 0.5 + random.near(0.34))) / count) * Math.PI,
    length: random.between(0.35, 1),
    width: random.between(0.11, 0.17),
  }));
  return (angle) => {
    const sum = runs.reduce((total, { at, length, width }) => {
      const away = (angle - at) / width;
      return total + length * Math.exp(-(away ** 4)); // flat below: a drop, not a spike
    }, 0);
    return Math.min(1, sum);
  };
}

/** Angles of a rim, closer together at the front where the drips are. */
export function rim(count: number, at: (angle: number) => Point): Point[] {
  return around(count, (angle) => {
    const shifted = angle - Math.PI / 2;
    return at(Math.PI / 2 + shifted - 0.42 * Math.sin(shifted));
  });
}
