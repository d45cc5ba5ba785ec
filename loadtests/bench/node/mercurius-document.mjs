// Mercurius once more, at its best: a menu is one item that holds it as JSON, read by one GetItem.
import { documentOf } from "./menus.mjs";
import { serve } from "./mercurius.mjs";

export const openSubject = () => serve(documentOf);
