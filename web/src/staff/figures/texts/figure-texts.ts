// The texts of figures that each language has.
import type { Widened } from "../../../i18n/messages.ts";
import type { en } from "./en.ts";

export type FigureTexts = Widened<typeof en>;
