// `/signin`: where the user pool's pages lead back to.
import { useEffect, useState } from "preact/hooks";
import { navigate } from "../../routing.ts";
import { usePageHead } from "../../shell/page-head.ts";
import { useCell } from "../../use-cell.ts";
import { type Finished, finishSignIn, session } from "../session/session.ts";
import type { SignInSettings } from "../session/settings.ts";
import { SignInCard } from "./sign-in-card.tsx";
import type { AccountTexts } from "./texts/account-texts.ts";

const HOME = "/staff";

export function SignInPage({ settings, texts }: { settings: SignInSettings; texts: AccountTexts }) {
  const [query] = useState(() => new URLSearchParams(location.search));
  const answered = query.has("code") || query.has("error");
  const [finished, setFinished] = useState<Finished>();
  const now = useCell(session);
  usePageHead({ title: texts.signInTitle });
  useEffect(() => {
    if (!answered) return;
    let wanted = true;
    // A code in the address is of no use to whoever reads the history.
    history.replaceState(history.state, "", location.pathname);
    finishSignIn(settings, query).then((outcome) => wanted && setFinished(outcome));
    return () => {
      wanted = false;
    };
  }, [settings, query, answered]);
  const returnTo =
    typeof finished === "object" ? finished.returnTo : !answered && typeof now === "object" && HOME;
  useEffect(() => {
    if (returnTo) navigate(returnTo, true);
  }, [returnTo]);
  if (returnTo || (answered && !finished)) {
    return (
      <p class="wide staff-sign-in" role="status">
        {texts.signingIn}
      </p>
    );
  }
  const message = typeof finished === "string" ? texts[finished] : "";
  return <SignInCard settings={settings} message={message} returnTo={HOME} texts={texts} />;
}
