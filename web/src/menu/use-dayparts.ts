// Calls when a daypart has begun at a store: what it sells is another then, and no live update says so.
import { useEffect } from "preact/hooks";
import { daypartsAt } from "../formatting/dayparts.ts";

const TICK_MS = 15_000;
/** After the beginning: past the seconds that caches may answer with what was before, and past the minutes that a clock is early. */
const LAGS_MS = [10_000, 300_000];

/** Call a moment after a daypart begins while the page is looked at, and once more for devices whose clock is early. */
export function useDayparts(timeZone: string | undefined, onBegun: () => void): void {
  useEffect(() => {
    if (!timeZone) return;
    const read = () =>
      LAGS_MS.map((lag) => daypartsAt(new Date(Date.now() - lag), timeZone)).join(" ");
    let before = read();
    const timer = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      const now = read();
      if (now !== before) onBegun();
      before = now;
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [timeZone, onBegun]);
}
