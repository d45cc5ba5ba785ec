// The parts of a store's own day in which items are served that are not served always.

import { DAYPARTS, type Daypart } from "../generated/dayparts.ts";
import { dateFormat } from "./formats.ts";

const DAY = 24 * 60;
const NAMES = Object.keys(DAYPARTS) as Daypart[];

/** The dayparts that it is in a time zone. */
export function daypartsAt(when: Date, timeZone: string): Daypart[] {
  const clock = dateFormat("en-GB", { timeStyle: "short", timeZone }).format(when);
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  const minute = hours * 60 + minutes;
  return NAMES.filter((name) => {
    const [begins, ends] = DAYPARTS[name];
    // The last one ends on the next day.
    return (begins <= minute && minute < ends) || minute + DAY < ends;
  });
}
