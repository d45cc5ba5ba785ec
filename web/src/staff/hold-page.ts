// Keeps a page while it has something that would be lost with it: the browser asks before the site is left, and the
// site before another of its pages is shown.
import { useEffect } from "preact/hooks";
import { leaving } from "../routing.ts";
import { unsaved } from "../unsaved.ts";

/** The question before another page is shown; empty: none. */
let question = "";
/** How many parts of the page have something. */
let parts = 0;

/**
 * Hold the document, which is not loaded anew by itself either; returns what lets it go.
 *
 * @param options.documentOnly Whether other pages of the site may be shown meanwhile: it is not lost with this one.
 */
export function holdPage({ documentOnly = false }: { documentOnly?: boolean } = {}): () => void {
  const held = () => true;
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  unsaved.push(held);
  addEventListener("beforeunload", ask);
  if (!documentOnly) parts += 1;
  leaving.isMeant = mayLeave;
  return () => {
    unsaved.splice(unsaved.indexOf(held), 1);
    removeEventListener("beforeunload", ask);
    if (!documentOnly) parts -= 1;
  };
}

/** Hold the page while a condition holds. */
export function useHeldPage(is: boolean): void {
  useEffect(() => (is ? holdPage() : undefined), [is]);
}

/** Ask, in the language of the interface, before something that is not saved is left. */
export function useLeaveQuestion(text: string): void {
  useEffect(() => {
    question = text;
    return () => {
      question = "";
    };
  }, [text]);
}

/** A press within this time of the answer came before it: a second Back waits while the question is shown. */
const SAME_PRESS_MS = 500;
/** When the person chose to stay. */
let stayedAt = Number.NEGATIVE_INFINITY;

/** Whether nothing would be lost, or the person says that it may be. */
export function mayLeave(): boolean {
  if (parts === 0 || question === "") return true;
  if (performance.now() - stayedAt < SAME_PRESS_MS) return false;
  const may = confirm(question);
  if (!may) stayedAt = performance.now();
  return may;
}
