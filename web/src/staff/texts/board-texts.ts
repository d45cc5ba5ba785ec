// The texts of the order board that each language has. English is written first; its type is that of the others.
import type { Widened } from "../../i18n/messages.ts";
import type { en } from "./en.ts";

export type BoardTexts = Widened<typeof en>;
