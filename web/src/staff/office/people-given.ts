// What the parts of the page about people share.
import type { Staff } from "../account/staff.ts";
import type { AccountTexts } from "../account/texts/account-texts.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

export interface PeopleGiven {
  staff: Staff;
  texts: OfficeTexts;
  account: AccountTexts;
}
