// The sheet a picture is drawn on: definitions, ids that cannot clash inline, shapes with volume.

import { darker, GROUNDS, type Ground, glow } from "./palette.ts";
import { num, type Point } from "./path.ts";
import { hashOf } from "./random.ts";

type Attributes = Record<string, string | number | undefined>;

export function tag(name: string, attributes: Attributes, inner = ""): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? num2(value) : value}"`)
    .join("");
  return inner === "" ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
}

const num2 = (value: number): string =>
  String(Math.round(value * 100) / 100).replace(/^(-?)0\./, "$1.");

interface Volume {
  colour: string;
  /** A gradient to lay under the shading instead of the plain colour. */
  fill?: string;
  /** How far shade reaches in from the edge, in units of the 400 x 300 sheet. */
  depth: number;
  /** 0..1 */
  shade?: number;
  /** 0..1 */
  light?: number;
  opacity?: number;
}

export type Rule = "evenodd" | "nonzero";

export class Sheet {
  private readonly prefix: string;
  private readonly defs: string[] = [];
  private readonly known = new Map<string, string>();
  private readonly body: string[] = [];

  constructor(id: string) {
    this.prefix = `p${(hashOf(id) % 36 ** 5).toString(36)}`;
  }

  add(...parts: string[]): void {
    this.body.push(...parts);
  }

  /** Everything that `draw` adds, set down elsewhere. */
  moved<T>([x, y]: Point, draw: () => T): T {
    const start = this.body.length;
    const drawn = draw();
    const parts = this.body.splice(start);
    this.body.push(tag("g", { transform: `translate(${num(x)} ${num(y)})` }, parts.join("")));
    return drawn;
  }

  /** Puts a definition on the sheet once and returns its id. */
  define(key: string, write: (id: string) => string): string {
    const found = this.known.get(key);
    if (found !== undefined) {
      return found;
    }
    const id = `${this.prefix}_${this.known.size.toString(36)}`;
    this.known.set(key, id);
    this.defs.push(write(id));
    return id;
  }

  private gradient(name: string, attributes: Attributes, stops: readonly string[]): string {
    const marks = stops.map((stop, index) => {
      const [colour, opacity] = stop.split("/");
      const offset = index / (stops.length - 1);
      return tag("stop", { offset, "stop-color": colour, "stop-opacity": opacity });
    });
    const key = `${name}${JSON.stringify(attributes)}${stops.join()}`;
    return `url(#${this.define(key, (id) => tag(name, { id, ...attributes }, marks.join("")))})`;
  }

  /** Stops are `#rrggbb` or `#rrggbb/opacity`, spread evenly. Light comes from the upper left. */
  radial(stops: readonly string[], cx = 0.36, cy = 0.28, r = 0.85): string {
    return this.gradient("radialGradient", { cx, cy, r }, stops);
  }

  linear(stops: readonly string[], x2 = 0, y2 = 1): string {
    return this.gradient("linearGradient", { x1: 0, y1: 0, x2, y2 }, stops);
  }

  blur(deviation: number): string {
    const id = this.define(`blur${deviation}`, (name) =>
      tag(
        "filter",
        { id: name, x: "-30%", y: "-30%", width: "160%", height: "160%" },
        tag("feGaussianBlur", { stdDeviation: deviation }),
      ),
    );
    return `url(#${id})`;
  }

  path(d: string): string {
    return this.define(d, (id) => tag("path", { id, d }));
  }

  private clip(d: string, rule: Rule): string {
    const shape = this.path(d);
    const use = tag("use", { href: `#${shape}`, "clip-rule": rule });
    return `url(#${this.define(`${rule}${d}`, (id) => tag("clipPath", { id }, use))})`;
  }

  clipped(d: string, inner: string, rule: Rule = "evenodd"): string {
    return tag("g", { "clip-path": this.clip(d, rule) }, inner);
  }

  /** Something drawn once and placed often: returns the reference for `use`. */
  symbol(key: string, write: () => string): string {
    return `#${this.define(`symbol ${key}`, (id) => tag("g", { id }, write()))}`;
  }

  /** A tile that repeats, turned so that nobody sees it repeat. */
  pattern(key: string, [width, height]: Point, turn: number, write: () => string): string {
    const frame = {
      width,
      height,
      patternUnits: "userSpaceOnUse",
      patternTransform: `rotate(${turn})`,
    };
    return `url(#${this.define(`pattern ${key}`, (id) => tag("pattern", { id, ...frame }, write()))})`;
  }

  /** Roundness laid over any colour: light from the upper left, shade at the far edge. */
  get roundness(): string {
    return this.radial(
      ["#fff3d6/0.8", "#fff3d6/0.16", "#4a1d0a/0", "#4a1d0a/0.5"],
      0.35,
      0.27,
      0.8,
    );
  }

  /**
   * A shape with weight. Its own outline, blurred and pushed against the light, is the shade on
   * the far side; pushed with the light, the shine on the near one. A hole in the outline is lit
   * as a hole.
   */
  volume(d: string, { colour, fill, depth, shade = 0.55, light = 0.5, opacity }: Volume): string {
    const href = `#${this.path(d)}`;
    const edge = (stroke: string, move: number, strength: number): string =>
      tag("use", {
        href,
        fill: "none",
        stroke,
        "stroke-width": depth * 1.1,
        opacity: strength,
        filter: this.blur(Math.round(depth * 4) / 10),
        transform: `translate(${num(move * 0.72)} ${num(move)})`,
      });
    const base = tag("use", { href, fill: fill ?? colour, "fill-rule": "evenodd" });
    const inside =
      base +
      edge(darker(colour, 0.62), -depth * 0.42, shade) +
      edge(glow(colour), depth * 0.5, light);
    return tag("g", { "clip-path": this.clip(d, "evenodd"), opacity }, inside);
  }

  shadow(x: number, y: number, rx: number, ry: number, strength = 0.42): string {
    const soft = { cx: x + 7, cy: y + 5, fill: "#7d4216" };
    return (
      tag("ellipse", {
        ...soft,
        rx: rx * 1.06,
        ry: ry * 1.1,
        opacity: strength * 0.5,
        filter: this.blur(11),
      }) +
      tag("ellipse", {
        ...soft,
        rx: rx * 0.95,
        ry: ry * 0.9,
        opacity: strength,
        filter: this.blur(5),
      })
    );
  }

  render(ground: Ground): string {
    const [lit, edge] = GROUNDS[ground];
    const fill = this.radial([lit, edge], 0.38, 0.3, 0.85);
    const back = tag("rect", { width: 400, height: 300, fill });
    const defs = tag("defs", {}, this.defs.join(""));
    return (
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">' +
      `${defs}${back}${this.body.join("")}</svg>`
    );
  }
}
