// The frame of pages of staff: where else this person may go, and signing out.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { useLanguage } from "../../i18n/language.ts";
import { useOnline } from "../../use-online.ts";
import { mayLeave, useLeaveQuestion } from "../hold-page.ts";
import { permitsSomewhere } from "../session/grants.ts";
import { isOfPool, signOut, signOutEverywhere } from "../session/session.ts";
import { waitingSteps } from "../step-queue.ts";
import { figuresPath, hoursPath, pricesPath, type Staff, staffPath, stockPath } from "./staff.ts";
import type { AccountTexts } from "./texts/account-texts.ts";

interface Given {
  staff: Staff;
  texts: AccountTexts;
  /** The store that the page is about; empty for other pages. */
  storeId: string;
  /** The path of the page. */
  path: string;
  /** Whether the page has to say that the service cannot be reached, and that it goes on by itself. */
  isUnreached: boolean;
  children: ComponentChildren;
}

export function StaffFrame({ staff, texts, storeId, path, isUnreached, children }: Given) {
  const { roles } = staff;
  const online = useOnline();
  useLeaveQuestion(texts.leave);
  const links: [string, string, boolean][] = [
    ["/staff", texts.home, true],
    [staffPath(storeId), texts.board, storeId !== "" && permitsSomewhere(roles, "READ_ORDERS")],
    [stockPath(storeId), texts.stock, storeId !== "" && permitsSomewhere(roles, "READ_STOCK")],
    [
      pricesPath(storeId),
      texts.prices,
      storeId !== "" && permitsSomewhere(roles, "EDIT_ASSORTMENT"),
    ],
    [hoursPath(storeId), texts.hours, storeId !== "" && permitsSomewhere(roles, "SET_HOURS")],
    [
      figuresPath(storeId),
      texts.figures,
      storeId !== "" && permitsSomewhere(roles, "READ_FIGURES"),
    ],
    ["/office", texts.office, permitsOffice(staff)],
    ["/ops", texts.ops, permitsSomewhere(roles, "READ_OPERATIONS")],
  ];
  return (
    <div class="staff">
      <div class="wide staff-bar">
        <nav aria-label={texts.pages}>
          <ul class="staff-links">
            {links
              .filter(([, , shown]) => shown)
              .map(([address, name]) => (
                <li key={address}>
                  <a href={address} aria-current={isWithin(path, address) ? "page" : undefined}>
                    {name}
                  </a>
                </li>
              ))}
          </ul>
        </nav>
        <SignOut staff={staff} texts={texts} />
      </div>
      {children}
      {/* At the end of the window: what somebody is about to press stays where it is. */}
      <div class="staff-unreached" role="status">
        {isUnreached && <p data-testid="unreached">{online ? texts.unreached : texts.noNetwork}</p>}
      </div>
    </div>
  );
}

/** Whether a person may do something at the head office. */
export const permitsOffice = ({ roles }: Staff): boolean =>
  (["READ_CATALOG", "READ_PEOPLE", "READ_MARKET_STOCK", "READ_CHAIN_CONFLICTS"] as const).some(
    (permission) => permitsSomewhere(roles, permission),
  );

const isWithin = (path: string, address: string): boolean =>
  address === "/office" ? path.startsWith(address) : path === address;

function SignOut({ staff: { id, settings }, texts }: { staff: Staff; texts: AccountTexts }) {
  const { code } = useLanguage();
  /** Steps of the board wait for this person: nobody else sends them. */
  const mayEnd = () => {
    const steps = waitingSteps(id);
    const isMeant = steps === 0 || confirm(texts.stepsWait(steps.toLocaleString(code)));
    return isMeant && mayLeave();
  };
  const [failed, setFailed] = useState(false);
  const hint = useId();
  return (
    <div class="staff-out">
      <button
        type="button"
        class="text-button"
        data-testid="sign-out"
        onClick={() => mayEnd() && void signOut(settings)}
      >
        {texts.signOut}
      </button>
      {isOfPool() && (
        <details>
          <summary>{texts.signOutEverywhere}</summary>
          <p id={hint}>{texts.everywhereHint}</p>
          <button
            type="button"
            class="button button-quiet"
            data-testid="sign-out-everywhere"
            aria-describedby={hint}
            onClick={async () => mayEnd() && setFailed(!(await signOutEverywhere(settings)))}
          >
            {texts.signOutEverywhere}
          </button>
          <p role="alert">{failed && texts.everywhereFailed}</p>
        </details>
      )}
    </div>
  );
}
