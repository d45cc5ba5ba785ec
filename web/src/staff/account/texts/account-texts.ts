// The texts of signing in and of the pages' frame that each language has.
import type { Widened } from "../../../i18n/messages.ts";
import type { en } from "./en.ts";

export type AccountTexts = Widened<typeof en>;
