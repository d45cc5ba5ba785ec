// Path data: points, and the shortest text that draws a curve through them.

export type Point = readonly [x: number, y: number];

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Coordinates to one decimal: what the eye can see, and half the bytes. */
export const num = (value: number): string => String(tenth(value)).replace(/^(-?)0\./, "$1.");

/** Numbers of a path, with a space only where a sign or a second point does not part them already. */
const pack = (values: readonly number[]): string =>
  values.map(num).reduce((text, value) => {
    const parted =
      text === "" || value.startsWith("-") || (value.startsWith(".") && /\.\d+$/.test(text));
    return text + (parted ? "" : " ") + value;
  }, "");

export function smooth(points: readonly Point[], closed = true): string {
  const at = (index: number): Point => {
    const count = points.length;
    const inside = closed ? (index + count) % count : Math.min(count - 1, Math.max(0, index));
    return points[inside] ?? [0, 0];
  };
  const start = at(0);
  let path = `M${pack(start)}`;
  let pen: Point = [tenth(start[0]), tenth(start[1])];
  const segments = closed ? points.length : points.length - 1;
  for (let index = 0; index < segments; index += 1) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const [x, y] = pen;
    const next: Point = [tenth(to[0]), tenth(to[1])];
    path += `c${pack([
      from[0] + (to[0] - before[0]) / 6 - x,
      from[1] + (to[1] - before[1]) / 6 - y,
      to[0] - (after[0] - from[0]) / 6 - x,
      to[1] - (after[1] - from[1]) / 6 - y,
      next[0] - x,
      next[1] - y,
    ])}`;
    pen = next;
  }
  return closed ? `${path}Z` : path;
}

export function straight(points: readonly Point[]): string {
  const steps = points.map(([x, y], index) => {
    const [px, py] = points[index - 1] ?? [0, 0];
    return pack([tenth(x) - tenth(px), tenth(y) - tenth(py)]);
  });
  return `M${steps.join("l")}Z`;
}

export const ellipsePath = (x: number, y: number, rx: number, ry: number): string =>
  `M${num(x - rx)} ${num(y)}a${num(rx)} ${num(ry)} 0 1 0 ${num(2 * rx)} 0` +
  `a${num(rx)} ${num(ry)} 0 1 0 ${num(-2 * rx)} 0Z`;
