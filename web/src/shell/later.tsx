// Pages whose code is loaded when somebody opens them.
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { useAttempts } from "../graphql/use-attempts.ts";
import { MenuSkeleton } from "../menu/menu-skeleton.tsx";
import { FailureNotice } from "./notice.tsx";

/** A page that shows a skeleton until its code is there, and tries again where it cannot be loaded. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [Page, setPage] = useState(() => loaded);
    const { failed, again } = useAttempts(async (signal) => {
      const page = loaded ?? (await load().catch(() => undefined));
      loaded ??= page;
      if (!signal.aborted) setPage(() => loaded);
      return loaded !== undefined;
    }, []);
    if (Page) return <Page {...props} />;
    if (!failed) return <MenuSkeleton />;
    return (
      <div class="wide lone-notice">
        <FailureNotice failure={{ kind: "network" }} retry={again} />
      </div>
    );
  };
}
