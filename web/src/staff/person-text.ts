// How a person is written for another one: by the id, which commands and grants take.
import type { Staff } from "./account/staff.ts";

/** The author of an edit: the reader is told apart, and files have a word, being named by their address in S3 or by the command. */
export function personText(
  author: string,
  { id }: Pick<Staff, "id">,
  { you, aFile }: { you: string; aFile: string },
): string {
  if (author === id) return `${author} (${you})`;
  return author.startsWith("s3:") || author === "carte-import" ? aFile : author;
}
