// A cell's value within a component.
import { useEffect, useState } from "preact/hooks";
import type { Cell } from "./cell.ts";

/** The cell's value; the component renders again when it changes. */
export function useCell<T>(source: Cell<T>): T {
  const [value, setValue] = useState(() => source.get());
  useEffect(() => {
    // It may have changed between rendering and this effect.
    setValue(() => source.get());
    return source.watch((next) => setValue(() => next));
  }, [source]);
  return value;
}
