// What the parts of the page about people share.
import type { PeopleQuery } from "../../generated/office.ts";
import type { Staff } from "../account/staff.ts";
import type { AccountTexts } from "../account/texts/account-texts.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

export type ListedPerson = PeopleQuery["people"]["edges"][0]["node"];

export interface PeopleGiven {
  staff: Staff;
  texts: OfficeTexts;
  account: AccountTexts;
}
