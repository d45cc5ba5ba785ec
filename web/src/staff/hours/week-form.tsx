// The week of opening hours: typed day by day, shown as what changes for guests, and saved as a whole.
import { useEffect, useRef, useState } from "preact/hooks";
import { WEEKDAYS } from "../../formatting/hours.ts";
import { SetStoreHoursDocument } from "../../generated/hours.ts";
import { useHeldPage } from "../hold-page.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { DayFields } from "./day-fields.tsx";
import type { HoursChanged, HoursError, HoursGiven } from "./hours-given.ts";
import { HoursPreview } from "./hours-preview.tsx";
import {
  changesOf,
  copied,
  hoursOf,
  problemOf,
  replaced,
  type Week,
  weekFrom,
  withKind,
} from "./week-edit.ts";

/** A week as a region has it. */
export interface HeldWeek {
  week: Week;
  /** Texts of stamps are in their order. */
  stamp: string;
}

interface Draft {
  week: Week;
  /** What was shown when it was begun, or since the person decided to go on with it. */
  seen: HeldWeek;
}

const isChanged = (error: HoursError): error is HoursChanged =>
  error.__typename === "ChangedMeanwhileError";

export function WeekForm(given: HoursGiven) {
  const { storeId, store, staff, texts, refresh, onSaved } = given;
  /** What was saved here: a region that answers may not have it yet. */
  const [saved, setSaved] = useState<HeldWeek>();
  const [draft, setDraft] = useState<Draft>();
  const [errors, setErrors] = useState<readonly HoursError[]>([]);
  const [done, setDone] = useState(false);
  const now: HeldWeek =
    saved && saved.stamp > store.hoursStamp
      ? saved
      : { week: weekFrom(store.hours), stamp: store.hoursStamp };
  const sent = useRef<Week>([]);
  const [state, send] = useStaffMutation(SetStoreHoursDocument, staff.send, (answer) => {
    const { hours, stamp, errors: found } = answer.updateStoreHours;
    setErrors(found);
    if (stamp === null) {
      refresh();
      return;
    }
    const held = { week: weekFrom(hours), stamp };
    setSaved(held);
    onSaved({ hours, hoursStamp: stamp });
    setDone(true);
    // What was typed while it was sent stays.
    setDraft(
      (typed) => typed && (typed.week === sent.current ? undefined : { ...typed, seen: held }),
    );
  });
  const week = draft?.week ?? now.week;
  const changes = changesOf(now.week, week);
  const isDrafted = draft !== undefined && changes.length > 0;
  const changed = errors.find(isChanged);
  const isOther = draft !== undefined && draft.seen.stamp !== now.stamp;
  const isEqual = draft !== undefined && changesOf(draft.seen.week, now.week).length === 0;
  useHeldPage(isDrafted);
  const apply = (wanted: Week, seen: HeldWeek) => {
    setErrors([]);
    sent.current = wanted;
    send({ storeId, hours: hoursOf(wanted), expected: [{ entry: "hours", stamp: seen.stamp }] });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown changes with these.
  useEffect(() => {
    // The same week under another stamp: a region that was away has carried out what it was sent, once more.
    if (!isOther || !isEqual) return;
    // What is typed meanwhile stays, and is not sent: nobody pressed for it.
    setDraft((typed) => typed && { ...typed, seen: now });
    if (changed) apply(sent.current, now);
  }, [isOther, isEqual, now.stamp, changed]);
  const type = (next: Week) => {
    setDone(false);
    setErrors([]);
    // What is as it stands is no draft: it must not become one when somebody else changes the hours.
    const isSame = changesOf(now.week, next).length === 0;
    setDraft(isSame ? undefined : { week: next, seen: draft?.seen ?? now });
  };
  return (
    <form
      class="stock-part hours-week"
      aria-labelledby="hours-week"
      noValidate
      onSubmit={(event) => event.preventDefault()}
    >
      <h2 id="hours-week">{texts.week}</h2>
      <p>{texts.effect}</p>
      {WEEKDAYS.map((weekday, at) => {
        const day = week[at];
        return (
          day && (
            <DayFields
              key={weekday}
              {...given}
              weekday={weekday}
              day={day}
              onKind={(kind) => type(withKind(week, at, kind))}
              onSpans={(spans) => type(replaced(week, at, (one) => ({ ...one, spans })))}
              onCopy={(to) => type(copied(week, at, to))}
            />
          )
        );
      })}
      <HoursPreview
        {...given}
        week={week}
        changes={changes}
        isWrong={week.some((day) => problemOf(day) !== undefined)}
        isMeanwhile={isDrafted && !(isOther && isEqual) && (isOther || changed !== undefined)}
        changed={changed}
        state={state}
        errors={errors}
        done={done && !isDrafted}
        onApply={() => {
          if (draft) apply(week, draft.seen);
        }}
        onKeep={() => {
          setErrors([]);
          setDraft({ week, seen: now });
        }}
        onDiscard={() => {
          setErrors([]);
          setDraft(undefined);
        }}
      />
    </form>
  );
}
