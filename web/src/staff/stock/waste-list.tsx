// What was recorded as thrown away on a day, record by record, with a way to take each back.
import { useEffect, useRef, useState } from "preact/hooks";
import { dayAfter, dayOf, describeDay } from "../../formatting/calendar-day.ts";
import type { WasteRecordsQuery } from "../../generated/waste.ts";
import { TakeBackWasteDocument, WasteRecordsDocument } from "../../generated/waste.ts";
import { serviceNow } from "../../graphql/answer.ts";
import { AskTwice } from "../../shell/ask-twice.tsx";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { WasteTexts } from "../waste/texts/waste-texts.ts";
import type { StockGiven } from "./given.ts";

type WasteRecord = WasteRecordsQuery["wasteRecords"]["edges"][number]["node"];

/** Today and the days before of which waste is recorded: `MAX_AGE_DAYS` of services/domain/waste.py, and today. */
const DAYS = 7;
/** Other people record as well while the list is open. */
const POLL_MS = 30_000;

interface Given extends StockGiven {
  storeId: string;
  wasteTexts: WasteTexts;
  /** Item id to what the table calls it. */
  titles: ReadonlyMap<string, string>;
  /** Another number is a reason to read again: something was recorded or taken back beside the list. */
  changes: number;
  onTakenBack: (wasteId: string) => void;
}

export function WasteList(given: Given) {
  const [open, setOpen] = useState(false);
  return (
    <details
      class="stock-import waste-list"
      data-testid="waste-list"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{given.wasteTexts.list}</summary>
      {open && <OpenList {...given} />}
    </details>
  );
}

function OpenList({ changes, ...given }: Given) {
  const { storeId, staff, texts, wasteTexts, locale, timeZone } = given;
  const [daysAgo, setDaysAgo] = useState(0);
  // Today by the service's clock: a tablet's may be wrong.
  const today = dayOf(serviceNow(), timeZone ?? "UTC");
  const list = usePages(
    {
      document: WasteRecordsDocument,
      variables: { storeId, day: dayAfter(today, -daysAgo) },
      listOf: (data) => data.wasteRecords,
      send: staff.send,
    },
    () => POLL_MS,
  );
  const { first, edges, failure, refresh } = list;
  const readFor = useRef(changes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only `changes` is a reason to read again.
  useEffect(() => {
    if (readFor.current !== changes) refresh();
    readFor.current = changes;
  }, [changes]);
  const names = [wasteTexts.today, wasteTexts.yesterday];
  return (
    <>
      <label class="staff-label waste-day">
        {wasteTexts.when}
        <select
          class="staff-field"
          data-testid="waste-day"
          value={daysAgo}
          onChange={(event) => setDaysAgo(Number(event.currentTarget.value))}
        >
          {Array.from({ length: DAYS }, (_, ago) => (
            <option key={dayAfter(today, -ago)} value={ago}>
              {names[ago] ?? describeDay(dayAfter(today, -ago), locale)}
            </option>
          ))}
        </select>
      </label>
      {failure && !list.isReadingMore && <StaffFailure failure={failure} retry={refresh} />}
      {!first && !failure && <p role="status">{texts.loading}</p>}
      {first?.wasteRecords.complete === false && (
        <p class="stock-lost" role="alert">
          {wasteTexts.moreThanListed}
        </p>
      )}
      {first && edges.length === 0 && <p>{wasteTexts.none}</p>}
      <ul class="waste-records">
        {edges.map(({ node }) => (
          <WasteLine key={`${node.day} ${node.wasteId}`} {...given} record={node} />
        ))}
      </ul>
      <ShowMore list={list} texts={texts} />
    </>
  );
}

function WasteLine({ record, ...given }: Omit<Given, "changes"> & { record: WasteRecord }) {
  const { storeId, staff, texts, wasteTexts, locale, timeZone, titles, onTakenBack } = given;
  const { forbidden } = useAccountTexts();
  const [done, setDone] = useState(false);
  const [refused, setRefused] = useState(false);
  const line = useRef<HTMLLIElement>(null);
  const [state, takeBack] = useStaffMutation(TakeBackWasteDocument, staff.send, (data) => {
    if (data.takeBackWaste.errors.length > 0) return setRefused(true);
    setDone(true);
    // The button goes with the focus in it.
    line.current?.focus();
    onTakenBack(record.wasteId);
  });
  const { wasteId, day, reason, recordedAt } = record;
  const isTakenBack = done || record.takenBack;
  const busy = state === "sending" || state === "again";
  const clock = new Intl.DateTimeFormat(locale, {
    // What was recorded on a later day stands with its date.
    ...(dayOf(new Date(recordedAt), timeZone ?? "UTC") === day ? {} : { dateStyle: "short" }),
    timeStyle: "short",
    ...(timeZone ? { timeZone } : {}),
  });
  const thrown = record.lines
    .map(({ itemId, pieces }) =>
      wasteTexts.lineOf(pieces.toLocaleString(locale), titles.get(itemId) ?? itemId),
    )
    .join(", ");
  const wrong = state === "forbidden" ? forbidden : wasteTexts.notTakenBack;
  return (
    <li ref={line} tabIndex={-1} data-testid="waste-record" data-waste={wasteId}>
      <p class={isTakenBack ? "waste-thrown waste-back" : "waste-thrown"}>
        <b>{thrown}</b>{" "}
        <span class="stock-soft">
          {wasteTexts.reasons[reason]} ·{" "}
          <time dateTime={recordedAt}>{clock.format(new Date(recordedAt))}</time>
        </span>
      </p>
      {isTakenBack ? (
        <span class="stock-tag">{wasteTexts.isBack}</span>
      ) : busy ? (
        <span role="status">{state === "again" ? texts.again : texts.saving}</span>
      ) : (
        <AskTwice
          label={wasteTexts.takeBack}
          about={thrown}
          question={wasteTexts.backSure(thrown)}
          yes={wasteTexts.backYes}
          no={wasteTexts.backNo}
          quiet
          onYes={() => {
            setRefused(false);
            takeBack({ storeId, day, wasteId });
          }}
          testId="take-back-record"
        />
      )}
      <p role="alert" class="stock-wrong">
        {(refused || state === "failed" || state === "forbidden") && wrong}
      </p>
    </li>
  );
}
