// Uploads a file to S3 by a signed form, with progress: fetch cannot say how much was sent.

export interface SignedForm {
  url: string;
  fields: readonly { name: string; value: string }[];
}

export interface UploadOptions {
  /** Called with the part that was sent, 0 to 1. */
  onProgress?: (part: number) => void;
  /** Ends the upload, which then was not taken. */
  signal?: AbortSignal;
  /** How long it may take, in milliseconds; 0: as long as it takes. */
  timeoutMs?: number;
}

/** Upload a file; whether S3 took it. */
export function upload(
  form: SignedForm,
  file: Blob,
  { onProgress, signal, timeoutMs = 0 }: UploadOptions = {},
): Promise<boolean> {
  const content = new FormData();
  for (const { name, value } of form.fields) content.append(name, value);
  // S3 ignores what follows the file.
  content.append("file", file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress?.(loaded / total);
    });
    request.addEventListener("load", () => resolve(request.status >= 200 && request.status < 300));
    for (const end of ["error", "abort", "timeout"]) {
      request.addEventListener(end, () => resolve(false));
    }
    request.open("POST", form.url);
    request.timeout = timeoutMs;
    if (signal?.aborted) return resolve(false);
    signal?.addEventListener("abort", () => request.abort());
    request.send(content);
  });
}
