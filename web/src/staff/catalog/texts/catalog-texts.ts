// The texts of the catalogs that each language has.
import type { Widened } from "../../../i18n/messages.ts";
import type { en } from "./en.ts";

export type CatalogTexts = Widened<typeof en>;
