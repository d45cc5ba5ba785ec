// The texts of waste that each language has.
import type { Widened } from "../../../i18n/messages.ts";
import type { en } from "./en.ts";

export type WasteTexts = Widened<typeof en>;
