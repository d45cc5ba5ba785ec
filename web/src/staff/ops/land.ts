// Land of the earth as rows of cells, for a map of dots. Made from Natural Earth's land at 1:110 million (public domain).

/** Degrees of a cell. */
const CELL = 3;
/** Degrees of latitude of the upper edge of the first row; the rows begin at 180° west. */
export const TOP = 78;
/** Degrees that the map is wide and high. */
export const WIDTH = 360;
// Each row's cells as the bits of a number in base 16, the first one in the highest bit.
const ROWS = [
  "c27c7fff80000000007c00000",
  "3cbb807ff800000201fff61000",
  "3c017dbf83ff0000c003fffffff80",
  "87ffffff9e3f80007fcfffffffffff",
  "7ffffffbc1e0601efffffffffffff",
  "7fffff8300c0003dffffffffffffc",
  "183fff83e000023cfffffffffe040",
  "ffff3f0000219fffffffffc0c0",
  "7fffbf800077fffffffffff080",
  "3ffffe40003ffffffffffff000",
  "1fffff00001fffffffffffc000",
  "3ffff800007ffc7fffffff9000",
  "1ffff00000707ffffffffe0000",
  "1fffe000007017fffffff22000",
  "fffc000003f00fffffff2c000",
  "7ff8000007f9bfffffff90000",
  "3f0800000fffff7fffff80000",
  "2f0000001fffffbfffff00000",
  "60400003ffff7f1fffc00000",
  "72080001ffff7e0f9e800000",
  "1e000003ffffbc0e0f080000",
  "3000003fffff00607000000",
  "11e0001fffff80601000000",
  "3f0000fffff80004040000",
  "3fe00043fff0000c300000",
  "3fe00001ffe00006e00000",
  "7ff80001ffc00006e88000",
  "7fff0000ff800002087000",
  "7fff0000ff800001403800",
  "3fff0000ff800000000000",
  "3ffe0000ffc8000001d000",
  "1ffe0000ff98000007d800",
  "7fe0000ff1000000ff800",
  "7fc00007f3000003ffc00",
  "ff000007e0000003ffe00",
  "ff000007e0000003ffe00",
  "fe000003c0000003ffe00",
  "fc0000020000000103c00",
  "1f80000000000000001c02",
  "1e00000000000000000002",
  "1e0000000000000000000c",
  "1c00000000000000000008",
  "1800000000000000000000",
  "1800000000000000000000",
  "400000000000000000000",
];
export const HEIGHT = ROWS.length * CELL;

/** Return where a place is on the map, in degrees from its upper left corner. */
export const onMap = (latitude: number, longitude: number): { x: number; y: number } => ({
  x: Math.min(WIDTH, Math.max(0, longitude + WIDTH / 2)),
  y: Math.min(HEIGHT, Math.max(0, TOP - latitude)),
});

/** Return the path of an SVG that draws a dot, by the round ends of its strokes, in each cell of land. */
export function landPath(): string {
  const columns = WIDTH / CELL;
  return ROWS.flatMap((row, down) => {
    const bits = BigInt(`0x${row}`).toString(2).padStart(columns, "0");
    return [...bits].flatMap((bit, across) =>
      bit === "1" ? `M${across * CELL + CELL / 2} ${down * CELL + CELL / 2}h0` : [],
    );
  }).join("");
}
