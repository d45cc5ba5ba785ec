// What the parts of a page about stock share.
import type { Staff } from "../account/staff.ts";
import type { StockTexts } from "./texts/stock-texts.ts";

export interface StockGiven {
  staff: Staff;
  texts: StockTexts;
  /** For numbers and times, such as `de-CH`. */
  locale: string;
  /** Of the store; undefined: that of the browser. */
  timeZone: string | undefined;
}

/** A moment as a date and a time of day. */
export const when = (at: string, { locale, timeZone }: Pick<StockGiven, "locale" | "timeZone">) =>
  new Intl.DateTimeFormat(locale, {
    dateStyle: "short",
    timeStyle: "short",
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));

/** Who did something, in words: files are named by their address in S3. */
export function whoIs(author: string, { staff, texts }: Pick<StockGiven, "staff" | "texts">) {
  if (author === staff.id) return texts.you;
  return author.startsWith("s3:") ? texts.aFile : author;
}
