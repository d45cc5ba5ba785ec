// Keeps the document while it has something that would be lost with it: the browser asks before it is left.
import { unsaved } from "../unsaved.ts";

/** Hold the document, which is not loaded anew by itself either; returns what lets it go. */
export function holdPage(): () => void {
  const held = () => true;
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  unsaved.push(held);
  addEventListener("beforeunload", ask);
  return () => {
    unsaved.splice(unsaved.indexOf(held), 1);
    removeEventListener("beforeunload", ask);
  };
}
