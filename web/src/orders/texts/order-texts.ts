// The texts of items, carts and orders that each language has. English is written first; its type is that of the others.
import type { Widened } from "../../i18n/messages.ts";
import type { en } from "./en.ts";

export type OrderTexts = Widened<typeof en>;
