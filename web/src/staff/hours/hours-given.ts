// What the parts of the page about opening hours share.
import type { SetStoreHoursMutation } from "../../generated/hours.ts";
import type { Staff } from "../account/staff.ts";
import type { HoursTexts } from "./texts/hours-texts.ts";
import type { StoreOfHours } from "./week-edit.ts";

export interface HoursGiven {
  storeId: string;
  store: StoreOfHours;
  staff: Staff;
  texts: HoursTexts;
  /** For times and days, such as `de-CH`. */
  locale: string;
  /** Shows what the service answered to a change, and reads the store again. */
  onSaved: (changed: Partial<StoreOfHours>) => void;
  /** Reads the store again. */
  refresh: () => void;
}

export type HoursError = SetStoreHoursMutation["updateStoreHours"]["errors"][0];
/** Somebody else set the hours. */
export type HoursChanged = Extract<HoursError, { author: string | null }>;
