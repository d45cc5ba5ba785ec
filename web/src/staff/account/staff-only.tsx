// What only staff see: signing in first, then the page with the person and the roles that hold now, or that held when a
// region answered last.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { MeDocument } from "../../generated/staff.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import { useCell } from "../../use-cell.ts";
import { isRefusedToken } from "../refused-token.ts";
import {
  keepPerson,
  knownPerson,
  type Session,
  session,
  sessionEnded,
} from "../session/session.ts";
import type { SignInSettings } from "../session/settings.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { SignInCard } from "./sign-in-card.tsx";
import type { Staff } from "./staff.ts";
import type { AccountTexts } from "./texts/account-texts.ts";

/** Roles are read again this often, so that a page shows what was granted or revoked meanwhile. */
const ROLES_MS = 60_000;

interface Given {
  settings: SignInSettings;
  texts: AccountTexts;
  /** Whether the page has something to show while nobody can say what the person may do. */
  evenWithoutRoles?: boolean;
  children: (staff: Staff) => ComponentChildren;
}

export function StaffOnly({ settings, texts, evenWithoutRoles = false, children }: Given) {
  const now = useCell(session);
  if (typeof now === "object") {
    return (
      <WithRoles key={now.id} {...{ session: now, settings, evenWithoutRoles }}>
        {children}
      </WithRoles>
    );
  }
  return <SignInHere settings={settings} texts={texts} ended={now === "ended"} />;
}

function SignInHere({ settings, texts, ended }: Omit<Given, "children"> & { ended: boolean }) {
  usePageHead({ title: texts.signInTitle });
  return (
    <SignInCard
      settings={settings}
      message={ended ? texts.ended : ""}
      returnTo={location.pathname + location.search}
      texts={texts}
    />
  );
}

function WithRoles({
  session: { send },
  settings,
  evenWithoutRoles,
  children,
}: Omit<Given, "texts"> & { session: Session }) {
  const { data, failure, refresh } = usePolledQuery(
    MeDocument,
    {},
    { everyMs: () => ROLES_MS, send },
  );
  const refused = failure ? isRefusedToken(failure) : data?.me === null;
  useEffect(() => {
    if (refused) sessionEnded();
  }, [refused]);
  const [known] = useState(knownPerson);
  const me = data?.me;
  useEffect(() => {
    if (me) keepPerson(me);
  }, [me]);
  const person = me ?? (refused ? undefined : known);
  if (person) return <>{children({ ...person, send, settings })}</>;
  if (!failure) return <MenuSkeleton />;
  if (evenWithoutRoles && !refused) {
    return <>{children({ id: "", roles: [], rolesUnknown: true, send, settings })}</>;
  }
  return (
    <div class="wide lone-notice">
      <StaffFailure failure={failure} retry={refresh} />
    </div>
  );
}
