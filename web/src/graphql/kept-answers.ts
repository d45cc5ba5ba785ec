// The latest answers of this page, so that going back shows at once what was there; each is requested anew.

const MOST = 30;
const kept = new Map<string, unknown>();

export function keepAnswer(key: string, data: unknown): void {
  kept.delete(key);
  kept.set(key, data);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST) break;
    kept.delete(oldest);
  }
}

/** The answer that was kept under a key; undefined where there is none. */
export const keptAnswer = (key: string): unknown => kept.get(key);
