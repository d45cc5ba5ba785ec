// The parts of the head office, those that the person's roles permit.
import type { ComponentChildren } from "preact";
import type { Permission } from "../../generated/policy.ts";
import type { Staff } from "../account/staff.ts";
import { permitsSomewhere } from "../session/grants.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

export const PARTS = ["catalog", "stock", "people", "conflicts", "reports"] as const;
export type Part = (typeof PARTS)[number];

/** One of these is enough. */
const NEEDS: Record<Part, readonly Permission[]> = {
  catalog: ["READ_CATALOG"],
  stock: ["READ_MARKET_STOCK"],
  people: ["READ_PEOPLE"],
  conflicts: ["READ_CHAIN_CONFLICTS"],
  reports: ["READ_MARKET_STOCK", "READ_CHAIN_CONFLICTS"],
};

/** The parts that a person may see. */
export const partsOf = ({ roles }: Staff): Part[] =>
  PARTS.filter((part) => NEEDS[part].some((one) => permitsSomewhere(roles, one)));

interface Given {
  staff: Staff;
  texts: OfficeTexts;
  part: Part;
  children: ComponentChildren;
}

export function OfficeFrame({ staff, texts, part, children }: Given) {
  const parts = partsOf(staff);
  return (
    <>
      {parts.length > 1 && (
        <nav class="wide" aria-label={texts.parts}>
          <ul class="staff-links">
            {parts.map((one) => (
              <li key={one}>
                <a href={`/office/${one}`} aria-current={one === part ? "page" : undefined}>
                  {texts[one]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      {children}
    </>
  );
}
