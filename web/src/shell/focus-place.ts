// Where the focus goes when what had it is taken out of the page for good.
import { focusIsLost, focusMain } from "./use-kept-focus.ts";

const PRESSED = "[data-focus], button";

/**
 * Have the focus go on from the place of an element that is about to leave the page: to the first button of what comes
 * in its place, of an item of a list also to the next one's, else to the nearest part of the page that it was in, which
 * shows what changed.
 */
export function focusPlaceOf(gone: HTMLElement): void {
  const places: Place[] = [];
  for (let one = gone; one.parentElement; one = one.parentElement) {
    const {
      parentElement: around,
      previousElementSibling: before,
      nextElementSibling: after,
    } = one;
    places.push({ around, before, after, isItem: one.tagName === "LI" });
  }
  focusMain();
  // What comes in its place is there when this drawing of the page is over.
  queueMicrotask(() => {
    const isElsewhere = document.activeElement?.id !== "main" && !focusIsLost();
    const place = places.find(({ around }) => around.isConnected);
    if (isElsewhere || !place) return;
    const pressed = firstPressed(place);
    if (pressed) pressed.focus();
    else if (place.around.id !== "main") focusForNow(place.around);
  });
}

/** Where an element was: the one around it, and those beside it. */
interface Place {
  around: HTMLElement;
  before: Element | null;
  after: Element | null;
  isItem: boolean;
}

/** The first button of what stands in a place now, or of an item's neighbour; undefined: there is none. */
function firstPressed({ around, before, after, isItem }: Place): HTMLElement | undefined {
  const here: (Element | null)[] = [];
  const first = before?.isConnected ? before.nextElementSibling : around.firstElementChild;
  for (let one = first; one && one !== after; one = one.nextElementSibling) here.push(one);
  if (isItem) here.push(after, before);
  for (const one of here) {
    if (!one?.isConnected) continue;
    const pressed = one.matches(PRESSED) ? one : one.querySelector(PRESSED);
    if (pressed instanceof HTMLElement) return pressed;
  }
  return undefined;
}

/** Focus a part of the page that the Tab key does not stop at. */
function focusForNow(part: HTMLElement): void {
  if (!part.hasAttribute("tabindex")) {
    part.tabIndex = -1;
    part.addEventListener("blur", () => part.removeAttribute("tabindex"), { once: true });
  }
  part.focus({ preventScroll: true });
}
