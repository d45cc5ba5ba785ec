// How many items of a menu are drawn: a whole menu at once would keep the browser from a guest's taps.
import { useEffect, useState } from "preact/hooks";
import { returnTo } from "../scrolling.ts";

/** How many follow in each frame of the browser. */
const SLICE = 4;

/** About the size of a card, in pixels, as `.item-to-come` keeps it: on telephones one a row, elsewhere several. */
const CARD = { telephone: 250, height: 460, width: 284 };
const TELEPHONE = 640;

/**
 * How many of `all` items are drawn by now: those that the window shows at first, and some more in each frame until
 * all are.
 *
 * All of them at once where a place within the page is wanted: after Back, at an address with a `#`, and for a link
 * to one.
 */
export function useDrawnItems(all: number): number {
  const [drawn, setDrawn] = useState(() => (opensWithin() ? Number.POSITIVE_INFINITY : inSight()));
  const isWhole = drawn >= all;
  useEffect(() => {
    // By what holds then: all may have been requested since.
    if (!isWhole) setDrawn((now) => Math.max(now, drawn + SLICE));
  }, [drawn, isWhole]);
  useEffect(() => {
    if (isWhole) return;
    const show = () => {
      setDrawn(Number.POSITIVE_INFINITY);
      // The browser has gone to where the place was.
      returnTo(undefined);
    };
    addEventListener("hashchange", show);
    return () => removeEventListener("hashchange", show);
  }, [isWhole]);
  return drawn;
}

const opensWithin = (): boolean => location.hash !== "" || (history.state?.scroll ?? 0) > 0;

const inSight = (): number =>
  innerWidth < TELEPHONE
    ? Math.ceil(innerHeight / CARD.telephone)
    : Math.ceil(innerHeight / CARD.height) * Math.ceil(innerWidth / CARD.width);
