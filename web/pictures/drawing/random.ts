// Seeded randomness: the same item id always draws the same picture.

export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** A number around zero, at most `reach` away, mostly near the middle. */
  near(reach: number): number;
  pick<T>(choices: readonly T[]): T;
}

/** FNV-1a, 32 bits: short, stable, and well spread for ids that differ in one letter. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** A mulberry32 generator seeded from `text`. */
export function randomFrom(text: string): Random {
  let state = hashOf(text);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    near: (reach) => (next() + next() - 1) * reach,
    pick: <T>(choices: readonly T[]): T => {
      const choice = choices[Math.floor(next() * choices.length)];
      if (choice === undefined) {
        throw new RangeError("nothing to pick from");
      }
      return choice;
    },
  };
}
