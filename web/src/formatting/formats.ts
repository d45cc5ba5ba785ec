// The browser's formatters, each made once: to make one takes as long as a hundred uses of it.

const made = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

/**
 * The formatter of dates and times with these options; without a time zone in that of the device, also after the
 * device has come into another one: a formatter keeps the one in which it was made.
 *
 * The name of the device's zone takes as long as a new formatter: in lists call this once, or with a time zone. Its
 * distance from UTC is no key: zones that have the same in winter may have another in summer.
 */
export const dateFormat = (locale: string, options: Intl.DateTimeFormatOptions) =>
  once(
    `${options.timeZone ?? deviceZone()} ${locale} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, options),
  );

const deviceZone = () => new Intl.DateTimeFormat("en").resolvedOptions().timeZone;

/** The formatter of numbers with these options; throws RangeError for a currency that is not three letters. */
export const numberFormat = (locale: string, options: Intl.NumberFormatOptions) =>
  once(`number ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));

/**
 * Have the browser read its tables for numbers and dates, each in a task of its own.
 *
 * The first formatter of a page takes as long as a menu's first items. Call it while the first answer is on its way.
 */
export function prepareFormats(): void {
  setTimeout(() => numberFormat("en", {}));
  setTimeout(() => dateFormat("en", {}));
}
