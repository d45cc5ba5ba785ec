// The two files of a picture: cut, small enough, of a type that the browser makes, or a reason why not.
import { describe, expect, it } from "vitest";
import {
  type Imaging,
  LIST,
  MOST_BYTES,
  PAGE,
  type Part,
  type PictureType,
  partOf,
  pictureFiles,
  type Size,
  sha256,
  sizeOf,
} from "../../src/staff/catalog/picture-files.ts";

interface Made {
  part: Part;
  size: Size;
  type: PictureType;
  quality: number;
}

/** A browser that makes files of `bytesOf` bytes, of the types that it knows. */
function browser(
  photo: Size | undefined,
  bytesOf: (made: Made) => number = () => 10_000,
  types: readonly PictureType[] = ["image/webp", "image/jpeg"],
) {
  const made: Made[] = [];
  let closed = 0;
  const imaging: Imaging = {
    read: async () => photo && { ...photo, close: () => void closed++ },
    draw: (_photo, part, size) => ({
      encode: async (type, quality) => {
        made.push({ part, size, type, quality });
        const bytes = bytesOf({ part, size, type, quality });
        // As `toBlob` does with a type that it does not know.
        const known = types.includes(type) ? type : "image/png";
        return new Blob([new Uint8Array(bytes)], { type: known });
      },
    }),
  };
  return { imaging, made, closed: () => closed };
}

const FILE = new Blob(["photo"]);

describe("the part of a photo", () => {
  it("is the largest one of 4:3, from the middle", () => {
    expect(partOf({ width: 4000, height: 3000 })).toEqual({
      ...{ left: 0, top: 0, width: 4000, height: 3000 },
    });
    expect(partOf({ width: 3000, height: 4000 })).toEqual({
      ...{ left: 0, top: 875, width: 3000, height: 2250 },
    });
    expect(partOf({ width: 1920, height: 1080 })).toEqual({
      ...{ left: 240, top: 0, width: 1440, height: 1080 },
    });
  });

  it("is never made larger", () => {
    expect(sizeOf({ width: 4000, height: 3000 }, 960)).toEqual({ width: 960, height: 720 });
    expect(sizeOf({ width: 500, height: 375 }, 960)).toEqual({ width: 500, height: 375 });
  });
});

describe("the files of a photo", () => {
  it("are two WebP files, one for lists and one for the page", async () => {
    const { imaging, made, closed } = browser({ width: 4000, height: 3000 });
    const files = await pictureFiles(FILE, imaging);
    expect(files).toMatchObject({ type: "image/webp" });
    expect(made.map(({ size }) => size.width)).toEqual([PAGE.width, LIST.width]);
    expect(closed()).toBe(1);
  });

  it("are JPEG where the browser makes no WebP", async () => {
    const { imaging } = browser({ width: 4000, height: 3000 }, undefined, ["image/jpeg"]);
    const files = await pictureFiles(FILE, imaging);
    expect(files).toMatchObject({ type: "image/jpeg" });
    if (typeof files !== "string") {
      expect([files.list.type, files.page.type]).toEqual(["image/jpeg", "image/jpeg"]);
    }
  });

  it("have the best quality at which they are small enough", async () => {
    const { imaging, made } = browser({ width: 4000, height: 3000 }, ({ size, quality }) =>
      size.width > LIST.width && quality > 0.6 ? PAGE.mostBytes + 1 : LIST.mostBytes,
    );
    await pictureFiles(FILE, imaging);
    expect(made.map(({ quality }) => quality)).toEqual([0.82, 0.74, 0.66, 0.58, 0.82]);
  });

  it("are smaller pictures where no quality is low enough", async () => {
    const { imaging, made } = browser({ width: 4000, height: 3000 }, ({ size }) =>
      size.width > 700 ? PAGE.mostBytes + 1 : LIST.mostBytes,
    );
    const files = await pictureFiles(FILE, imaging);
    expect(files).toMatchObject({ type: "image/webp" });
    expect([...new Set(made.map(({ size }) => size.width))]).toEqual([960, 816, 672, 320]);
  });

  it("are refused where nothing is small enough", async () => {
    const { imaging } = browser({ width: 4000, height: 3000 }, () => PAGE.mostBytes + 1);
    expect(await pictureFiles(FILE, imaging)).toBe("tooLarge");
  });

  it.each([
    [undefined, "notAPicture"],
    [{ width: 0, height: 0 }, "notAPicture"],
    [{ width: 319, height: 4000 }, "tooSmall"],
    // Wide enough, but what is left of 4:3 is not.
    [{ width: 4000, height: 239 }, "tooSmall"],
    [{ width: 20_000, height: 20_000 }, "tooLarge"],
  ])("of %o are refused: %s", async (photo, problem) => {
    const { imaging, made } = browser(photo);
    expect(await pictureFiles(FILE, imaging)).toBe(problem);
    expect(made).toEqual([]);
  });

  it("of the smallest photo that is taken are as large as that", async () => {
    const { imaging, made } = browser({ width: 320, height: 240 });
    await pictureFiles(FILE, imaging);
    expect(made.map(({ size }) => size)).toEqual([
      { width: 320, height: 240 },
      { width: 320, height: 240 },
    ]);
  });

  it("are not read at all where the file is too large", async () => {
    const { imaging } = browser(undefined);
    const file = { size: MOST_BYTES + 1 } as Blob;
    expect(await pictureFiles(file, imaging)).toBe("tooLarge");
  });
});

it("writes a digest as the API wants it", async () => {
  expect(await sha256(new Blob(["abc"]))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
