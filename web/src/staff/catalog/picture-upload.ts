// Uploads the two files of a picture to every region that has a bucket of pictures.
import type { CreatePictureUploadMutation } from "../../generated/catalog.ts";
import { type UploadOptions, upload } from "../form-upload.ts";
import { LIST, type PictureFiles } from "./picture-files.ts";

export type PictureForms = NonNullable<
  CreatePictureUploadMutation["createPictureUpload"]["upload"]
>["forms"];

/** How long one file may take: 250 kB over a bad telephone's network. */
const TIMEOUT_MS = 60_000;
/** Once one region has the picture, the others are waited for this long. */
const OTHERS_MS = 5_000;

export interface Uploaded {
  /** Regions that have both files. */
  taken: number;
  /** Regions that there are. */
  of: number;
}

/**
 * Upload a picture.
 *
 * A region that does not answer holds nobody up who has the picture in another one.
 *
 * @param onProgress Called with the part of the upload that is furthest, 0 to 1.
 */
export async function uploadPicture(
  forms: PictureForms,
  files: PictureFiles,
  onProgress: (part: number) => void,
  send: typeof upload = upload,
  othersMs = OTHERS_MS,
): Promise<Uploaded> {
  const regions = [...new Set(forms.map(({ region }) => region))];
  const late = new AbortController();
  let furthest = 0;
  const toRegion = async (region: string): Promise<boolean> => {
    const sent = new Map<number, number>();
    const own = forms.filter((form) => form.region === region);
    const taken = await Promise.all(
      own.map((form) => {
        const file = form.width === LIST.width ? files.list : files.page;
        const options: UploadOptions = {
          signal: late.signal,
          timeoutMs: TIMEOUT_MS,
          onProgress: (part) => {
            sent.set(form.width, part * file.size);
            const all = [...sent.values()].reduce((sum, one) => sum + one, 0);
            furthest = Math.max(furthest, all / (files.list.size + files.page.size));
            onProgress(furthest);
          },
        };
        return send(form, file, options);
      }),
    );
    const whole = taken.every(Boolean) && own.length > 1;
    if (whole) setTimeout(() => late.abort(), othersMs);
    return whole;
  };
  const taken = await Promise.all(regions.map(toRegion));
  return { taken: taken.filter(Boolean).length, of: regions.length };
}
