// Conflicts of edits in the chain: both values, who set them, and a way to settle each.
import { useState } from "preact/hooks";
import { EditConflictsDocument, SettleConflictDocument } from "../../generated/office.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { FailureNotice } from "../../shell/notice.tsx";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { permits } from "../session/grants.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import { moment } from "./moment.ts";
import { type OfficeError, SavingNote } from "./saving-note.tsx";
import { type Conflict, settlementOf } from "./settling.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

const FIRST = 50;
const POLL_MS = 15_000;

interface Given {
  staff: Staff;
  texts: OfficeTexts;
}

export function ConflictsPage({ staff, texts }: Given) {
  const { data, failure, refresh } = usePolledQuery(
    EditConflictsDocument,
    { storeId: null, first: FIRST, after: null },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  usePageHead({ title: texts.conflicts });
  const conflicts = data?.editConflicts.edges.map(({ node }) => node) ?? [];
  return (
    <div class="wide staff-home" data-testid="conflicts">
      <h1>{texts.conflicts}</h1>
      <p>{texts.conflictsHint}</p>
      {!data && !failure && <p role="status">{texts.loading}</p>}
      {!data && failure && <FailureNotice failure={failure} retry={refresh} />}
      {data && conflicts.length === 0 && <p>{texts.noConflicts}</p>}
      <ul class="office-list">
        {conflicts.map((one) => (
          <ConflictCard
            key={`${one.document} ${one.entry} ${one.lost.operationId}`}
            staff={staff}
            texts={texts}
            conflict={one}
            onSettled={refresh}
          />
        ))}
      </ul>
    </div>
  );
}

interface CardGiven extends Given {
  conflict: Conflict;
  onSettled: () => void;
}

function ConflictCard({ staff, texts, conflict, onSettled }: CardGiven) {
  const { code } = useLanguage();
  const [errors, setErrors] = useState<readonly (OfficeError & { stamp?: string | null })[]>([]);
  const [settled, setSettled] = useState(false);
  const [state, settle] = useStaffMutation(SettleConflictDocument, staff.send, (data) => {
    const found = data.updateAssortment.errors;
    setErrors(found);
    setSettled(found.length === 0);
    if (found.length === 0) onSettled();
  });
  // What replaced the value that is shown as the one that holds, and was refused for that: a second press means it.
  const later = errors.find(({ __typename }) => __typename === "ChangedMeanwhileError");
  const seen = later ? (later.stamp ?? null) : conflict.standing.stamp;
  const settlement = settlementOf(conflict, conflict.lost.value);
  const mayEdit = permits(staff.roles, "EDIT_ASSORTMENT", { storeId: settlement?.storeId });
  const said = ({ author, region, at }: Conflict["lost"] | Conflict["standing"]) =>
    texts.conflictBy(author, region, moment(at, code));
  return (
    <li class="office-card" data-testid="conflict">
      <b>{conflict.entry}</b> <span class="stock-soft">{conflict.document}</span>
      <dl class="office-facts">
        <dt>{texts.holds}</dt>
        <dd>
          <b>{conflict.standing.value}</b> <small>{said(conflict.standing)}</small>
        </dd>
        <dt>{texts.lost}</dt>
        <dd>
          <b>{conflict.lost.value}</b> <small>{said(conflict.lost)}</small>
        </dd>
      </dl>
      {settlement && mayEdit && !settled && (
        <button
          type="button"
          class="button button-quiet"
          data-testid="settle"
          aria-disabled={state === "sending" || state === "again"}
          onClick={() =>
            settle({
              storeId: settlement.storeId,
              lines: [settlement.line],
              expected: [{ entry: conflict.entry, stamp: seen }],
            })
          }
        >
          {texts.settle}: {conflict.lost.value}
          <span class="visually-hidden"> {conflict.entry}</span>
        </button>
      )}
      {later?.value && (
        <p>
          {texts.holds}: <b>{later.value}</b>
        </p>
      )}
      <SavingNote state={state} errors={errors} done={settled ? texts.settled : ""} texts={texts} />
    </li>
  );
}
