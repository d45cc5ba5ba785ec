// What only staff see: signing in first, then the page with the person and the roles that hold now, or that held when a
// region answered last.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { MeDocument } from "../../generated/staff.ts";
import { mayPass } from "../../graphql/recovery.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { MenuSkeleton } from "../../menu/menu-skeleton.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import { useCell } from "../../use-cell.ts";
import { keepStaffCode } from "../keep-code.ts";
import { isRefusedToken } from "../refused-token.ts";
import { forgetKept } from "../session/kept-here.ts";
import { keepPerson } from "../session/kept-person.ts";
import { knownPerson, type Session, session, sessionEnded } from "../session/session.ts";
import type { SignInSettings } from "../session/settings.ts";
import { StaffPageFailure } from "../staff-failure.tsx";
import { useLate } from "../use-late.ts";
import { SignInCard } from "./sign-in-card.tsx";
import type { Staff } from "./staff.ts";
import type { AccountTexts } from "./texts/account-texts.ts";

/** Roles are read again this often, so that a page shows what was granted or revoked meanwhile. */
const ROLES_MS = 60_000;
/** How long a page with the roles of before waits for an answer, before it says that there is none. */
const PATIENCE_MS = 5000;

interface Given {
  settings: SignInSettings;
  texts: AccountTexts;
  /** Whether the page has something to show while nobody can say what the person may do. */
  evenWithoutRoles?: boolean;
  /** The page, and whether the service can be reached: where it cannot, the roles are those known last. */
  children: (staff: Staff, isReached: boolean) => ComponentChildren;
}

export function StaffOnly({ settings, texts, evenWithoutRoles = false, children }: Given) {
  const now = useCell(session);
  if (typeof now === "object") {
    return (
      <WithRoles key={now.id} {...{ session: now, settings, texts, evenWithoutRoles }}>
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
  texts,
  evenWithoutRoles = false,
  children,
}: Given & { session: Session }) {
  const { data, failure, refresh } = usePolledQuery(
    MeDocument,
    {},
    { everyMs: () => ROLES_MS, send },
  );
  const { code } = useLanguage();
  const [known] = useState(knownPerson);
  const refused = failure ? isRefusedToken(failure) : data?.me === null;
  useEffect(() => {
    if (refused) sessionEnded();
  }, [refused]);
  const answered = data?.me;
  useEffect(() => {
    if (!answered) return;
    keepPerson(answered);
    forgetKept(answered.id);
  }, [answered]);
  const isThere = answered !== undefined && answered !== null;
  useEffect(() => {
    if (isThere) keepStaffCode(code).catch(() => undefined);
  }, [isThere, code]);
  const late = useLate(!data && !failure, PATIENCE_MS);
  const passes = !failure || mayPass(failure);
  const me = data ? data.me : passes ? known : undefined;
  if (me) return <>{children({ ...me, send, settings }, !failure && !late)}</>;
  if (!failure) return <MenuSkeleton />;
  if (evenWithoutRoles && passes) {
    return <>{children({ id: "", roles: [], rolesUnknown: true, send, settings }, false)}</>;
  }
  return <StaffPageFailure title={texts.title} failure={failure} retry={refresh} />;
}
