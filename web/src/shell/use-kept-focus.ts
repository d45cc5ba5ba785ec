// Keeps the keyboard's place where an action replaces the element that had the focus.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Whether the element with the focus was taken out of the page: the next Tab would begin at its top. */
export const focusIsLost = (): boolean => document.activeElement === document.body;

/** Put the focus at the top of the page's content. */
export const focusMain = (): void =>
  document.getElementById("main")?.focus({ preventScroll: true });

/**
 * Return a reference for an element that has the focus of its content when that content is replaced.
 *
 * The focus goes to the element marked `data-focus`, else to the first button, else to the element itself.
 * When the element goes with the focus in it, as after an action that cannot be repeated, the focus goes to the top of
 * the page's content, or where `whenGone` puts it.
 *
 * @param stage What the content depends on, such as whether a question is asked.
 * @param whenGone Is given the element while it is still in the page; the same function each time.
 */
export function useKeptFocus<T extends HTMLElement>(
  stage: unknown,
  whenGone: (element: T) => void = focusMain,
): RefObject<T | null> {
  const element = useRef<T>(null);
  const shown = useRef(stage);
  useLayoutEffect(() => {
    if (shown.current === stage) return;
    shown.current = stage;
    if (!focusIsLost()) return;
    const inside = element.current?.querySelector<HTMLElement>("[data-focus]");
    (inside ?? element.current?.querySelector("button") ?? element.current)?.focus();
  }, [stage]);
  useLayoutEffect(
    () => () => {
      if (element.current?.contains(document.activeElement)) whenGone(element.current);
    },
    [whenGone],
  );
  return element;
}
