// What a language must say. English is written first; the others have its shape.
import type { en } from "./en.ts";

type Widened<T> = T extends string
  ? string
  : T extends (...given: infer A) => string
    ? (...given: A) => string
    : { [K in keyof T]: Widened<T[K]> };

export type Messages = Widened<typeof en>;
