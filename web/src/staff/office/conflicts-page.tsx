// Conflicts of edits in the chain: both values, who set them, and a way to settle each.
import { useState } from "preact/hooks";
import { EditConflictsDocument, SettleConflictDocument } from "../../generated/office.ts";
import { useLanguage } from "../../i18n/language.ts";
import { usePageHead } from "../../shell/page-head.ts";
import type { Staff } from "../account/staff.ts";
import { personText } from "../person-text.ts";
import { permits } from "../session/grants.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { EditTexts } from "./edit-texts.ts";
import { moment } from "./moment.ts";
import { type OfficeError, SavingNote } from "./saving-note.tsx";
import { SearchForm } from "./search-form.tsx";
import { type Conflict, settlementOf } from "./settling.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";
import { useEditTexts } from "./use-edit-texts.ts";

const POLL_MS = 15_000;
/** Of the chain the API lists the conflicts of so many documents, those that were contested last. */
const DOCUMENTS = 50;

interface Given {
  staff: Staff;
  texts: OfficeTexts;
}

export function ConflictsPage({ staff, texts }: Given) {
  const { code } = useLanguage();
  const [storeId, setStoreId] = useState("");
  usePageHead({ title: texts.conflicts });
  return (
    <div class="wide staff-home" data-testid="conflicts">
      <h1>{texts.conflicts}</h1>
      <p>{texts.conflictsHint}</p>
      {/* Of the chain the API lists only what was contested last, of a store everything. */}
      <SearchForm
        sought={storeId}
        // Ids are in lower case; keyboards of tablets begin with a capital letter.
        onSought={(id) => setStoreId(id.toLowerCase())}
        testId="conflicts-store"
        maxLength={100}
        texts={{
          label: texts.conflictsOfStore,
          hint: texts.conflictsScope(DOCUMENTS.toLocaleString(code)),
          find: texts.find,
          all: texts.allStores,
        }}
      />
      <Conflicts key={storeId} staff={staff} texts={texts} storeId={storeId} />
    </div>
  );
}

function Conflicts({ staff, texts, storeId }: Given & { storeId: string }) {
  const list = usePages(
    {
      document: EditConflictsDocument,
      variables: { storeId: storeId || null },
      listOf: (data) => data.editConflicts,
      send: staff.send,
    },
    () => POLL_MS,
  );
  const { first, failure, refresh, showMore } = list;
  const conflicts = list.edges.map(({ node }) => node);
  const edits = useEditTexts(
    conflicts.map(({ document, entry }) => ({ document, entries: [entry] })),
    texts,
  );
  return (
    <>
      {!first && !failure && (
        <p class="on-its-way" role="status">
          {texts.loading}
        </p>
      )}
      {!first && failure && <StaffFailure failure={failure} retry={refresh} />}
      {first && conflicts.length === 0 && !showMore && <p>{texts.noConflicts}</p>}
      <ul class="office-list">
        {conflicts.map((one) => (
          <ConflictCard
            key={`${one.document} ${one.entry} ${one.lost.operationId}`}
            staff={staff}
            texts={texts}
            conflict={one}
            edits={edits}
            onSettled={refresh}
          />
        ))}
      </ul>
      <ShowMore list={list} texts={texts} />
    </>
  );
}

interface CardGiven extends Given {
  conflict: Conflict;
  edits: EditTexts;
  onSettled: () => void;
}

function ConflictCard({ staff, texts, conflict, edits, onSettled }: CardGiven) {
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
  const editText = ({ author, region, at }: Conflict["lost"] | Conflict["standing"]) =>
    texts.conflictBy(personText(author, staff, texts), region, moment(at, code));
  const entry = edits.entry(conflict.document, conflict.entry);
  const written = (json: string) => edits.value(conflict.document, conflict.entry, json);
  return (
    <li class="office-card" data-testid="conflict">
      <b>{entry}</b> <span class="stock-soft">{edits.document(conflict.document)}</span>
      <dl class="office-facts">
        <dt>{texts.holds}</dt>
        <dd>
          <b>{written(conflict.standing.value)}</b> <small>{editText(conflict.standing)}</small>
        </dd>
        <dt>{texts.lost}</dt>
        <dd>
          <b>{written(conflict.lost.value)}</b> <small>{editText(conflict.lost)}</small>
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
          {texts.settle}: {written(conflict.lost.value)}
          <span class="visually-hidden"> {entry}</span>
        </button>
      )}
      {later?.value && (
        <p>
          {texts.holds}: <b>{written(later.value)}</b>
        </p>
      )}
      <SavingNote state={state} errors={errors} done={settled ? texts.settled : ""} texts={texts} />
    </li>
  );
}
