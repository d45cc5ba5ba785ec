// The texts of opening hours and closures that each language has.
import type { Widened } from "../../../i18n/messages.ts";
import type { en } from "./en.ts";

export type HoursTexts = Widened<typeof en>;
