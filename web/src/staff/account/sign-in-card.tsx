// Signing in: the way to the user pool's pages, and on a local cloud a token of the development issuer.
import { useEffect, useState } from "preact/hooks";
import { useAttempts } from "../../graphql/use-attempts.ts";
import { useOnline } from "../../use-online.ts";
import { allowSound } from "../chime.ts";
import { goToSignIn, signInWith } from "../session/session.ts";
import { type SignInSettings, siteAnswers } from "../session/settings.ts";
import type { AccountTexts } from "./texts/account-texts.ts";

interface Given {
  settings: SignInSettings;
  /** What happened before; empty at first. */
  message: string;
  /** The path of the page to come back to. */
  returnTo: string;
  texts: AccountTexts;
}

export function SignInCard({ settings, message, returnTo, texts }: Given) {
  const [leaving, setLeaving] = useState(false);
  const online = useOnline();
  const isReached = useReached(settings, online);
  useEffect(() => {
    // Back from the pool's pages the browser shows this page as it was left.
    const shown = () => setLeaving(false);
    addEventListener("pageshow", shown);
    return () => removeEventListener("pageshow", shown);
  }, []);
  return (
    <div class="wide staff-sign-in" data-testid="sign-in">
      <h1>{texts.signInTitle}</h1>
      {message && (
        <p class="staff-wrong" role="alert">
          {message}
        </p>
      )}
      {settings.client ? (
        <>
          <p>{texts.signInIntro}</p>
          <div role="status">
            {!isReached && (
              <p class="staff-wrong" data-testid="sign-in-unreached">
                {online ? texts.signInNoAnswer : texts.signInNoNetwork}
              </p>
            )}
          </div>
          <button
            type="button"
            class="button"
            data-testid="to-sign-in"
            // The browser would show a page of its own, with no way back but the address.
            disabled={leaving || !isReached}
            onClick={() => {
              setLeaving(true);
              goToSignIn(settings, returnTo).catch(() => setLeaving(false));
            }}
          >
            {texts.signIn}
          </button>
        </>
      ) : (
        <p>{texts.noPool}</p>
      )}
      {settings.development && (
        <>
          {settings.client && (
            <p>
              {texts.accountsHint} <code>carte people accounts</code>
            </p>
          )}
          <TokenForm
            role={returnTo.startsWith("/ops") ? "chain:operator" : "store:us-00001:manager"}
            texts={texts}
          />
        </>
      )}
    </div>
  );
}

/**
 * Whether the site answers, as far as is known. It is requested where it did not before, and when the device loses its
 * network or has one again, until it answers: some devices know of no network and reach the site, as a local cloud.
 */
function useReached({ isEarlier = false }: SignInSettings, online: boolean): boolean {
  const [isReached, setReached] = useState(!isEarlier);
  useAttempts(
    async (signal) => {
      if (online && isReached) return true;
      const answers = await siteAnswers();
      if (!signal.aborted) setReached(answers);
      return answers;
    },
    [online, isReached],
  );
  return isReached;
}

/** `role` is one that the page permits something to. */
function TokenForm({ role, texts }: { role: string; texts: AccountTexts }) {
  return (
    <details>
      <summary>{texts.development}</summary>
      <form
        class="staff-token"
        onSubmit={(event) => {
          event.preventDefault();
          allowSound();
          signInWith(String(new FormData(event.currentTarget).get("token")).trim());
        }}
      >
        <label class="staff-label">
          {texts.token}
          <input class="staff-field" type="password" name="token" required autocomplete="off" />
        </label>
        <p>
          {texts.tokenHint} <code>carte token --role {role}</code>
        </p>
        <button type="submit" class="button">
          {texts.useToken}
        </button>
      </form>
    </details>
  );
}
