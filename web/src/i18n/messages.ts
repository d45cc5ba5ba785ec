// The texts that each language has. English is written first; its type is that of the others.
import type { en } from "./en.ts";

/** The type of texts in any language, from that of the English ones. */
export type Widened<T> = T extends string
  ? string
  : T extends (...given: infer A) => string
    ? (...given: A) => string
    : { [K in keyof T]: Widened<T[K]> };

export type Messages = Widened<typeof en>;
