// Publishing: what changes for guests, then a question, then it is in force.
import { useState } from "preact/hooks";
import { PublishCatalogDocument } from "../../generated/catalog.ts";
import { useLanguage } from "../../i18n/language.ts";
import { AskTwice } from "../../shell/ask-twice.tsx";
import { moment } from "../office/moment.ts";
import { permits } from "../session/grants.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { type CatalogError, ChangedNote } from "./changed-note.tsx";
import { DifferenceList, isNothing } from "./difference-list.tsx";
import { useWording } from "./entry-names.ts";
import { useDifference } from "./use-difference.ts";

export function PublishView(given: CatalogGiven) {
  const { staff, texts, catalog, country, refresh } = given;
  const { code } = useLanguage();
  const { difference, list } = useDifference(given, null);
  const { failure, refresh: reread } = list;
  const [errors, setErrors] = useState<readonly CatalogError[]>([]);
  const [done, setDone] = useState(false);
  const [state, publish] = useStaffMutation(PublishCatalogDocument, staff.send, (data) => {
    const found = data.publishCatalog.errors;
    setErrors(found);
    setDone(found.length === 0);
    reread();
    refresh();
  });
  const wording = useWording(given);
  const mayPublish = permits(staff.roles, "PUBLISH_CATALOG", { market: catalog.market });
  const busy = state === "sending" || state === "again";
  const ready = difference && difference.problems.length === 0 && !isNothing(difference);
  return (
    <section class="stock-part" aria-labelledby="to-publish" data-testid="publish-view">
      <h2 id="to-publish">{texts.guestsWillSee}</h2>
      {!difference && !failure && (
        <p class="on-its-way" role="status">
          {texts.loadingChanges}
        </p>
      )}
      {!difference && failure && <StaffFailure failure={failure} retry={reread} />}
      {difference && (
        <>
          {difference.problems.length > 0 && (
            <div class="staff-wrong" data-testid="problems">
              <p>{texts.notReady}</p>
              <a href={`/office/catalog/${catalog.market}?show=notReady`}>{texts.toNotReady}</a>
            </div>
          )}
          <DifferenceList {...given} difference={difference} wording={wording} list={list} />
          {mayPublish && ready && (
            <AskTwice
              label={texts.publishIn(country)}
              question={texts.publishSure(country)}
              yes={texts.publishYes}
              no={texts.notYet}
              disabled={busy}
              testId="publish"
              onYes={() => {
                setErrors([]);
                setDone(false);
                publish({
                  market: catalog.market,
                  expectedVersion: difference.fromVersion,
                  expectedDrafts: difference.draftsVersion,
                });
              }}
            />
          )}
        </>
      )}
      <ChangedNote
        state={state}
        errors={errors}
        done={done ? texts.publishedNow : ""}
        wording={wording}
        refused={() => texts.cannot}
        changed={({ author, at }) =>
          texts.outdated(author ?? texts.somebody, at === null ? "" : moment(at, code))
        }
      />
    </section>
  );
}
