// Pages whose code is loaded when somebody opens them.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { callLater, pauseBefore } from "../graphql/recovery.ts";
import { MenuSkeleton } from "../menu/menu-skeleton.tsx";
import { FailureNotice } from "./notice.tsx";

/** A page that shows a skeleton until its code is there, and tries again where it cannot be loaded. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function Later(props: P) {
    const [Page, setPage] = useState(() => loaded);
    const [attempt, setAttempt] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      let stop = () => {
        wanted = false;
      };
      let wanted = true;
      load()
        .then((page) => {
          loaded = page;
          if (wanted) setPage(() => page);
        })
        .catch(() => {
          if (!wanted) return;
          setFailed(true);
          stop = callLater(pauseBefore(attempt), () => setAttempt((count) => count + 1));
        });
      return () => stop();
    }, [attempt]);
    if (Page) return <Page {...props} />;
    if (!failed) return <MenuSkeleton />;
    return (
      <div class="wide lone-notice">
        <FailureNotice
          failure={{ kind: "network" }}
          retry={() => setAttempt((count) => count + 1)}
        />
      </div>
    );
  };
}
