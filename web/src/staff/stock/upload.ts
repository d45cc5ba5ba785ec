// Uploads a file to S3 by a signed form, with progress: fetch cannot say how much was sent.
import type { CreateUploadMutation } from "../../generated/stock.ts";

export type SignedForm = NonNullable<CreateUploadMutation["createStockUpload"]["upload"]>;

/** Types of files of counts that the API signs forms for; `services/domain/stock_files/upload_keys.py`. */
const TYPES = [
  "text/csv",
  "text/plain",
  "text/tab-separated-values",
  "application/csv",
  "application/vnd.ms-excel",
  "application/gzip",
  "application/x-gzip",
];

/** The type to upload a file as: browsers name many that are none of a file of counts, or none at all. */
export const typeOf = (file: Pick<File, "type">): string =>
  TYPES.includes(file.type) ? file.type : "application/octet-stream";

/**
 * Upload a file.
 *
 * @param onProgress Called with the part that was sent, 0 to 1.
 * @returns whether S3 took it.
 */
export function upload(
  form: SignedForm,
  file: File,
  onProgress: (part: number) => void,
): Promise<boolean> {
  const content = new FormData();
  for (const { name, value } of form.fields) content.append(name, value);
  // S3 ignores what follows the file.
  content.append("file", file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    });
    request.addEventListener("load", () => resolve(request.status >= 200 && request.status < 300));
    request.addEventListener("error", () => resolve(false));
    request.addEventListener("abort", () => resolve(false));
    request.open("POST", form.url);
    request.send(content);
  });
}
