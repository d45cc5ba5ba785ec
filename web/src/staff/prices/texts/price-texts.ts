// The texts of prices that each language has.
import type { Widened } from "../../../i18n/messages.ts";
import type { en } from "./en.ts";

export type PriceTexts = Widened<typeof en>;
