// Where a page was scrolled to: kept in the history, so that going back shows what was left.

/** How long a page may take to be as long again as it was, in milliseconds. */
const PATIENCE_MS = 3000;

/** How long a page rests before its position is noted where browsers do not say that scrolling ended, in milliseconds. */
const REST_MS = 100;

let settling = 0;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Have the site restore positions: the browser would do so before the page has its content. */
export function startScrolling(): void {
  history.scrollRestoration = "manual";
  addEventListener("pagehide", leavePage);
  if ("onscrollend" in window) addEventListener("scrollend", leavePage);
  else addEventListener("scroll", noteAtRest, { passive: true });
  returnTo(history.state);
}

/** Stands in for `scrollend`, which not all browsers have: without a note, Forward finds no position. */
function noteAtRest(): void {
  clearTimeout(resting);
  resting = setTimeout(leavePage, REST_MS);
}

/** Note the position of the page that is about to be left. */
export function leavePage(): void {
  clearTimeout(resting);
  if (settling === 0) history.replaceState({ ...history.state, scroll: scrollY }, "");
}

/** Show a page from its top: what the page before was moved to counts no more. */
export function startAtTop(): void {
  clearTimeout(resting);
  stopSettling();
  scrollTo({ top: 0, behavior: "instant" });
}

/** Scroll to the position that a history entry has, or to the address's hash, once the page is long enough. */
export function returnTo(state: unknown): void {
  const wanted = (state as { scroll?: unknown } | null)?.scroll;
  const until = performance.now() + PATIENCE_MS;
  clearTimeout(resting);
  stopSettling();
  const look = () => {
    if (settle(wanted) || performance.now() > until) stopSettling();
    else settling = requestAnimationFrame(look);
  };
  // A reader that scrolls meanwhile is not moved again.
  for (const event of INPUTS) addEventListener(event, stopSettling, { passive: true });
  settling = requestAnimationFrame(look);
}

function stopSettling(): void {
  cancelAnimationFrame(settling);
  settling = 0;
  for (const event of INPUTS) removeEventListener(event, stopSettling);
}

const INPUTS = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

/** Whether the page is where it should be. */
function settle(wanted: unknown): boolean {
  if (typeof wanted === "number") {
    scrollTo({ top: wanted, behavior: "instant" });
    return Math.abs(scrollY - wanted) < 2;
  }
  const target = idOf(location.hash);
  if (!target) return true;
  const element = document.getElementById(target);
  element?.scrollIntoView({ behavior: "instant" });
  return element !== null;
}

function idOf(hash: string): string {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}
