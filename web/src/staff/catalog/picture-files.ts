// Makes the two files of a picture of a photo: cut to the site's ratio, small enough, without what the camera wrote.
//
// Drawing a photo and encoding it anew leaves out all that it says beside its pixels: place, time, device, name.

/** Widths of the two files in pixels, and the most bytes of each; `services/domain/pictures.py`. */
export const LIST = { width: 320, mostBytes: 60_000 } as const;
export const PAGE = { width: 960, mostBytes: 250_000 } as const;
/** Width to height of pictures in the menu and on an item's page. */
export const RATIO = 4 / 3;
/** Of a photo: larger ones take a browser on a tablet down. */
export const MOST_BYTES = 30_000_000;
export const MOST_PIXELS = 64_000_000;
/** Tried in turn until a file is small enough. */
const QUALITIES = [0.82, 0.74, 0.66, 0.58, 0.5];
const SHRINKS = [1, 0.85, 0.7, 0.55];
/** Best first; a browser that cannot make the first makes the second. */
const TYPES = ["image/webp", "image/jpeg"] as const;

export type PictureType = (typeof TYPES)[number];

export interface PictureFiles {
  type: PictureType;
  /** For lists, `LIST` wide. */
  list: Blob;
  /** For the item's page, at most `PAGE` wide. */
  page: Blob;
}

export type PictureProblem = "notAPicture" | "tooSmall" | "tooLarge";

export interface Size {
  width: number;
  height: number;
}

/** A photo that the browser has read; `close` frees it. */
export interface Photo extends Size {
  close(): void;
}

/** A part of a photo on a canvas. */
export interface Drawing {
  /** Of another type where the browser cannot make this one. */
  encode(type: PictureType, quality: number): Promise<Blob>;
}

/** What this code needs of the browser; tests have one of their own. */
export interface Imaging {
  /** Read a photo, turned as its camera was held; undefined: it is none. */
  read(file: Blob): Promise<Photo | undefined>;
  draw(photo: Photo, part: Part, size: Size): Drawing;
}

export interface Part extends Size {
  left: number;
  top: number;
}

/** The largest part of a photo in the site's ratio, from its middle. */
export function partOf({ width, height }: Size): Part {
  const across = Math.min(width, Math.floor(height * RATIO));
  const down = Math.min(height, Math.floor(width / RATIO));
  return {
    left: Math.floor((width - across) / 2),
    top: Math.floor((height - down) / 2),
    width: across,
    height: down,
  };
}

/** The size of a file that is `width` wide at most: a photo is never made larger. */
export function sizeOf(part: Size, width: number): Size {
  const across = Math.min(width, part.width);
  return { width: across, height: Math.round(across / RATIO) };
}

/** The two files of a photo, or why it has none. */
export async function pictureFiles(
  file: Blob,
  imaging: Imaging = inBrowser,
): Promise<PictureFiles | PictureProblem> {
  if (file.size > MOST_BYTES) return "tooLarge";
  const photo = await imaging.read(file);
  if (!photo || photo.width < 1 || photo.height < 1) return "notAPicture";
  try {
    if (photo.width * photo.height > MOST_PIXELS) return "tooLarge";
    const part = partOf(photo);
    if (part.width < LIST.width) return "tooSmall";
    for (const type of TYPES) {
      const page = await fitted(photo, part, PAGE, type, imaging);
      if (page?.type !== type) continue;
      const list = await fitted(photo, part, LIST, type, imaging);
      if (list?.type === type) return { type, list, page };
    }
    return "tooLarge";
  } finally {
    photo.close();
  }
}

/** The best file that is small enough; undefined: there is none, or the browser cannot make the type. */
async function fitted(
  photo: Photo,
  part: Part,
  { width, mostBytes }: typeof LIST | typeof PAGE,
  type: PictureType,
  imaging: Imaging,
): Promise<Blob | undefined> {
  for (const shrink of SHRINKS) {
    const drawing = imaging.draw(photo, part, sizeOf(part, Math.round(width * shrink)));
    for (const quality of QUALITIES) {
      const made = await drawing.encode(type, quality);
      if (made.type !== type) return undefined;
      if (made.size <= mostBytes) return made;
    }
  }
  return undefined;
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function sha256(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A file as an address that the site's policy lets a page show. */
export function dataAddress(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

const inBrowser: Imaging = {
  read: (file) => createImageBitmap(file).catch(() => undefined),
  draw: (photo, { left, top, width, height }, size) => {
    const canvas = document.createElement("canvas");
    canvas.width = size.width;
    canvas.height = size.height;
    const pen = canvas.getContext("2d");
    if (pen) {
      // What a photo leaves transparent would be black in a JPEG.
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, size.width, size.height);
      pen.imageSmoothingQuality = "high";
      pen.drawImage(photo as ImageBitmap, left, top, width, height, 0, 0, size.width, size.height);
    }
    return {
      encode: (type, quality) =>
        new Promise((resolve) => {
          canvas.toBlob((made) => resolve(made ?? new Blob()), type, quality);
        }),
    };
  },
};
