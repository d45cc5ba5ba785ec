// Loads the page anew where its code cannot be loaded: most browsers remember that for as long as the page is open.
import { isUnsaved } from "../unsaved.ts";

/** When the page was loaded anew by itself, in milliseconds since 1970. */
const KEY = "carte-reloaded";
/** Not more often by itself: what keeps the code away may last. */
const PAUSE_MS = 5 * 60_000;
const TIMEOUT_MS = 12_000;

/**
 * Load the page anew, where the site answers.
 *
 * @param signal Nothing is done once it is aborted.
 * @param byReader Whether the reader asks for it; else it happens once in a while, and not where what was typed would be
 *   lost.
 */
export async function reloadIfServed(signal: AbortSignal, byReader: boolean): Promise<void> {
  try {
    const answer = await fetch("/index.html", {
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // A network that wants a sign-in answers with a page of its own.
    if (answer.status !== 200 || !(await answer.text()).includes('id="app"')) return;
    if (signal.aborted || !(byReader || (!isUnsaved() && isFirst()))) return;
    location.reload();
  } catch {
    // There is no connection, or nothing to remember it by.
  }
}

/** Whether the page was not loaded anew a short while ago; remembers that it is now. */
function isFirst(): boolean {
  const now = Date.now();
  if (now - Number(sessionStorage.getItem(KEY)) < PAUSE_MS) return false;
  sessionStorage.setItem(KEY, String(now));
  return true;
}
