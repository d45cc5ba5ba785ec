// What a file of counts is uploaded as.

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
