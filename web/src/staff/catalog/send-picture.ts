// Uploads the files of a picture of an item, and keeps in mind where only one of two regions took them.
import type { CarteSender } from "../../../clients/carte.ts";
import { CreatePictureUploadDocument } from "../../generated/catalog.ts";
import { sendUntilAnswered } from "../../orders/sending.ts";
import { isForbidden } from "../refused-token.ts";
import { forgetLone, keepLone, type LonePicture } from "./lone-pictures.ts";
import { sha256 } from "./picture-files.ts";
import { uploadPicture } from "./picture-upload.ts";

interface Course {
  send: CarteSender;
  signal: AbortSignal;
  onRepeat: () => void;
  /** Called with the part that is uploaded, 0 to 1. */
  onProgress: (part: number) => void;
}

/** `lone`: one region has it, another one has not; `failed`: no region has it. */
export type Sent =
  | { kind: "everywhere" | "lone"; address: string }
  | { kind: "forbidden" | "noUploads" | "failed" };

/** Upload a picture; the same files have the same address again. */
export async function sendPicture(
  picture: Omit<LonePicture, "address">,
  { send, signal, onRepeat, onProgress }: Course,
): Promise<Sent> {
  const { market, itemId, files } = picture;
  const [list, page] = await Promise.all([sha256(files.list), sha256(files.page)]);
  const input = {
    operationId: crypto.randomUUID(),
    market,
    itemId,
    contentType: files.type,
    listFile: { bytes: files.list.size, sha256: list },
    itemFile: { bytes: files.page.size, sha256: page },
  };
  const outcome = await sendUntilAnswered(
    CreatePictureUploadDocument,
    { input },
    { send, signal, onRepeat },
  );
  if (!outcome.ok) return { kind: isForbidden(outcome.failure) ? "forbidden" : "failed" };
  const { upload } = outcome.data.createPictureUpload;
  if (!upload) return { kind: "noUploads" };
  const { taken, of } = await uploadPicture(upload.forms, files, (part) => {
    if (!signal.aborted) onProgress(part);
  });
  const address = upload.imageUrl;
  if (taken === 0) return { kind: "failed" };
  // Whatever became of the page that wanted it.
  if (taken < of) keepLone({ ...picture, address });
  else forgetLone(address);
  return { kind: taken < of ? "lone" : "everywhere", address };
}
