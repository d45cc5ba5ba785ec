// JSON in this tab's sessionStorage: a reload keeps it, closing the tab does not.

/** The value of a key; null or undefined where there is none, or it cannot be read. */
export function readInTab(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    return undefined;
  }
}

/** Keep a value; undefined removes the key. */
export function keepInTab(key: string, value: unknown): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage a reload signs out.
  }
}
