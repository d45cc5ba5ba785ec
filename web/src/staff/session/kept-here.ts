// What pages of staff keep on this device, to open with it where there is no network: for a while, for one person, and no
// personal data of guests. Signing out and the sign-in of another person remove it.

/** How long it is of use after it was kept: a shift, in milliseconds. */
export const KEPT_MS = 12 * 60 * 60_000;
/** Characters of JSON of one entry: browsers have room for five million. */
export const MOST_CHARACTERS = 500_000;

const PREFIX = "carte.staff.kept.";
/** Another one for content of another shape: what has the number before is ignored. */
const FORMAT = 1;

interface Entry {
  format: number;
  /** The `sub` of the person. */
  subject: string;
  /** Unix milliseconds of this device's clock. */
  at: number;
  value: unknown;
}

/** Whether something was kept lately, by this device's clock: one that was set back proves nothing. */
export const isRecent = (at: unknown): at is number =>
  typeof at === "number" && Math.abs(Date.now() - at) <= KEPT_MS;

/**
 * Keep a value for a person in place of the one before; returns false where it was not written: it is too long, or there
 * is no room.
 *
 * @param at Since when it is as old as that: Unix milliseconds of this device's clock.
 */
export function keepHere(name: string, subject: string, value: unknown, at = Date.now()): boolean {
  const text = JSON.stringify({ format: FORMAT, subject, at, value } satisfies Entry);
  if (text.length > MOST_CHARACTERS) return false;
  try {
    localStorage.setItem(PREFIX + name, text);
    return true;
  } catch {
    return false;
  }
}

/** What was kept for a person; undefined where it is too old, another's, or damaged. */
export function keptHere<T>(
  name: string,
  subject: string,
  isValid: (value: unknown) => value is T,
): T | undefined {
  try {
    const entry: Entry | null = JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    if (entry?.format !== FORMAT || entry.subject !== subject || !isRecent(entry.at)) return;
    return isValid(entry.value) ? entry.value : undefined;
  } catch {
    return undefined;
  }
}

const isSomething = (value: unknown): value is object =>
  typeof value === "object" && value !== null;

/** Remove what was kept, but for the entries of a person that are still of use. */
export const forgetKept = (but?: string): void =>
  forget((name) => but !== undefined && keptHere(name, but, isSomething) !== undefined);

/** Remove what is too old to be of use to anybody, or damaged. */
export const forgetOld = (): void =>
  forget((name) => {
    const { subject } = JSON.parse(localStorage.getItem(PREFIX + name) ?? "{}") as Partial<Entry>;
    return subject !== undefined && keptHere(name, subject, isSomething) !== undefined;
  });

function forget(isUseful: (name: string) => boolean): void {
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      if (!holds(() => isUseful(key.slice(PREFIX.length)))) localStorage.removeItem(key);
    }
  } catch {
    // Without storage nothing was kept.
  }
}

/** Whether a condition holds; one that cannot be judged does not. */
function holds(condition: () => boolean): boolean {
  try {
    return condition();
  } catch {
    return false;
  }
}
