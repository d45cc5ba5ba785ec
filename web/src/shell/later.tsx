// Pages whose code is loaded when somebody opens them.
import type { ComponentType } from "preact";
import { useRef, useState } from "preact/hooks";
import { useAttempts } from "../graphql/use-attempts.ts";
import { useLanguage } from "../i18n/language.ts";
import { loadPartTexts } from "../i18n/loaded-texts.ts";
import { MenuSkeleton } from "../menu/menu-skeleton.tsx";
import { FailureNotice } from "./notice.tsx";
import { reloadIfServed } from "./reload.ts";

/**
 * A page that shows a skeleton until its code and its texts are there, and tries again where it cannot be loaded: then
 * by loading the whole page anew, as browsers try the same code once.
 */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  /** The language in which it was shown last, so that its texts are there. */
  let readyIn: string | undefined;
  return function Later(props: P) {
    const { code } = useLanguage();
    const [Page, setPage] = useState(() => (readyIn === code ? loaded : undefined));
    const repeats = useRef(false);
    const byReader = useRef(false);
    const { failed, again } = useAttempts(
      async (signal) => {
        const page = loaded ?? (await load().catch(() => undefined));
        loaded ??= page;
        if (page && readyIn !== code) {
          await loadPartTexts(code);
          readyIn = code;
        }
        if (!signal.aborted) setPage(() => loaded);
        if (!loaded && repeats.current) await reloadIfServed(signal, byReader.current);
        repeats.current = true;
        return loaded !== undefined;
      },
      [code],
    );
    if (Page) return <Page {...props} />;
    if (!failed) return <MenuSkeleton />;
    return (
      <div class="wide lone-notice">
        <FailureNotice
          failure={{ kind: "network" }}
          retry={() => {
            byReader.current = true;
            again();
          }}
        />
      </div>
    );
  };
}
