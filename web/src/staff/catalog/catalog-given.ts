// What the parts of a market's catalog share.
import type { CatalogStateQuery } from "../../generated/catalog.ts";
import type { Staff } from "../account/staff.ts";
import type { CatalogTexts } from "./texts/catalog-texts.ts";

export type CatalogState = CatalogStateQuery["catalog"];

export interface CatalogGiven {
  staff: Staff;
  texts: CatalogTexts;
  catalog: CatalogState;
  /** Name of the country, in the language of the interface. */
  country: string;
  /** Read the state again, as after a change of one's own. */
  refresh: () => void;
}
