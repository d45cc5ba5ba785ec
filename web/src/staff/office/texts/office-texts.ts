// The texts of the head office that each language has.
import type { Widened } from "../../../i18n/messages.ts";
import type { en } from "./en.ts";

export type OfficeTexts = Widened<typeof en>;
