// How many items of a menu are drawn: a whole menu at once would keep the browser from a guest's taps.
import { useEffect, useState } from "preact/hooks";

/** As many as a window shows before anybody scrolls. */
const FIRST = 6;

/** How many follow in each frame of the browser. */
const SLICE = 4;

/**
 * How many of `all` items are drawn by now: some at first, and some more in each frame until all are.
 *
 * All of them at once where the page opens at a place within it: after Back, and at an address with a `#`.
 */
export function useDrawnItems(all: number): number {
  const [drawn, setDrawn] = useState(() => (opensWithin() ? Number.POSITIVE_INFINITY : FIRST));
  useEffect(() => {
    if (drawn < all) setDrawn(drawn + SLICE);
  }, [drawn, all]);
  return drawn;
}

const opensWithin = (): boolean => location.hash !== "" || (history.state?.scroll ?? 0) > 0;
