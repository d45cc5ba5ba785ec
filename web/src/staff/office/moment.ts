// Times of edits, in the reader's own time zone.
const written = (at: string, locale: string, timeStyle: "short" | "medium"): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle }).format(new Date(at));

export const moment = (at: string, locale: string): string => written(at, locale, "short");

/** With seconds: for what may happen several times in a minute. */
export const exactMoment = (at: string, locale: string): string => written(at, locale, "medium");
