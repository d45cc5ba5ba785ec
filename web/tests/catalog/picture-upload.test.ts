// A picture goes to every region, and is there once one region has both of its files.
import { expect, it } from "vitest";
import type { PictureFiles } from "../../src/staff/catalog/picture-files.ts";
import { type PictureForms, uploadPicture } from "../../src/staff/catalog/picture-upload.ts";
import type { upload } from "../../src/staff/form-upload.ts";

const FORMS: PictureForms = ["near", "far"].flatMap((region) =>
  [320, 960].map((width) => ({ width, region, url: `${region}/${width}`, fields: [] })),
);
const FILES: PictureFiles = {
  type: "image/webp",
  list: new Blob(["list"]),
  page: new Blob(["page file"]),
};

/** Sends files: `false` is refused, `undefined` never answers. */
function sender(takes: (url: string) => boolean | undefined) {
  const sent: [string, number][] = [];
  const send: typeof upload = (form, file, { onProgress, signal } = {}) => {
    sent.push([form.url, file.size]);
    onProgress?.(1);
    const taken = takes(form.url);
    if (taken !== undefined) return Promise.resolve(taken);
    return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(false)));
  };
  return { sent, send };
}

const run = (takes: (url: string) => boolean | undefined, parts: number[] = []) => {
  const { sent, send } = sender(takes);
  return uploadPicture(FORMS, FILES, (part) => parts.push(part), send, 10).then((uploaded) => ({
    ...uploaded,
    sent,
  }));
};

it("sends each file to each region", async () => {
  const parts: number[] = [];
  const { taken, of, sent } = await run(() => true, parts);
  expect({ taken, of }).toEqual({ taken: 2, of: 2 });
  expect(sent).toEqual([
    ["near/320", 4],
    ["near/960", 9],
    ["far/320", 4],
    ["far/960", 9],
  ]);
  expect(parts.at(-1)).toBe(1);
  expect([...parts].sort((a, b) => a - b)).toEqual(parts);
});

it("does not wait for a region that is lost", async () => {
  const { taken, of } = await run((url) => (url.startsWith("near") ? undefined : true));
  expect({ taken, of }).toEqual({ taken: 1, of: 2 });
});

it("does not count a region that has one file alone", async () => {
  expect((await run((url) => url !== "near/320")).taken).toBe(1);
  expect((await run((url) => url.endsWith("960"))).taken).toBe(0);
});
