// A rule that leads from words to what they look like.

export type Clue<T> = readonly [words: RegExp, value: T];
