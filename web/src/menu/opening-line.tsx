// Whether a store is open, and until when or from when.
import { useEffect } from "preact/hooks";
import { describeClosing, describeMoment, isAllDay, openingState } from "../formatting/hours.ts";
import { useLanguage } from "../i18n/language.ts";
import type { Store } from "./menu-data.ts";

interface Given {
  store: Store;
  now: Date;
  locale: string;
  /** An opening or closing has passed since the store's facts were read. */
  onStale: () => void;
}

export function OpeningLine({ store, now, locale, onStale }: Given) {
  const { say } = useLanguage();
  const { state, stale } = openingState(store, now);
  useEffect(() => {
    if (stale) onStale();
  }, [stale, onStale]);

  const zone = store.timeZone;
  const words = {
    open: say.openNow,
    closing: say.closingSoon,
    closed: say.closed,
  }[state.kind];
  let next = "";
  if (state.kind === "closed") {
    if (state.opens) next = say.opensAt(describeMoment(state.opens, now, zone, locale));
  } else if (state.until) {
    next = say.closesAt(describeClosing(state.until, now, zone, locale));
  } else if (store.hours.length > 0 && store.hours.every(isAllDay)) {
    next = say.allDay;
  }
  return (
    <p class={`opening opening-${state.kind}`} data-testid="opening-state" data-state={state.kind}>
      <span class="opening-dot" />
      <span>
        <b>{words}</b>
        {next && ` · ${next}`}
      </span>
    </p>
  );
}
