// Reads and writes JSON in the browser's localStorage; works without it too (private windows, blocked storage).

/** What could not be written: it lasts as long as the page. */
const unwritten = new Map<string, unknown>();

/** What reads values again that another tab of the site has changed. */
const followers: ((isChanged: (key: string) => boolean) => void)[] = [];

/**
 * Call what reads values again, whenever another tab has changed some; returns what ends that.
 *
 * @param follow Is given whether a key may have another value now.
 */
export function whenKeptElsewhere(
  follow: (isChanged: (key: string) => boolean) => void,
): () => void {
  followers.push(follow);
  return () => {
    followers.splice(followers.indexOf(follow), 1);
  };
}

/** Have all that is kept follow what other tabs of the site do: one that does not would undo it with its next change. */
export function followOtherTabs(): void {
  addEventListener("storage", ({ key }) => {
    // Without a key all of the storage was emptied.
    for (const follow of [...followers]) follow((one) => key === null || key === one);
  });
}

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
