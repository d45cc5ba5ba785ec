// Reads and writes JSON in the browser's localStorage; works without it too (private windows, blocked storage).

/** What could not be written: it lasts as long as the page. */
const unwritten = new Map<string, unknown>();

/** The value of a key, or undefined where there is none or it has another shape. */
export function readKept<T>(key: string, isValid: (value: unknown) => value is T): T | undefined {
  let value = unwritten.get(key);
  if (!unwritten.has(key)) {
    try {
      value = JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      value = undefined;
    }
  }
  return isValid(value) ? value : undefined;
}

/** Keep a value; undefined removes the key. */
export function keep(key: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    unwritten.delete(key);
  } catch {
    unwritten.set(key, value);
  }
}
