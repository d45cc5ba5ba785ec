// The versions of a market's catalog: who put which in force when, and going back to one.
import { useState } from "preact/hooks";
import {
  CatalogPublicationsDocument,
  type CatalogPublicationsQuery,
  RollbackCatalogDocument,
} from "../../generated/catalog.ts";
import { useLanguage } from "../../i18n/language.ts";
import { AskTwice } from "../../shell/ask-twice.tsx";
import { exactMoment, moment } from "../office/moment.ts";
import { personText } from "../person-text.ts";
import { permits } from "../session/grants.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import { useStaffMutation } from "../use-staff-mutation.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { type CatalogError, ChangedNote } from "./changed-note.tsx";
import { DifferenceList } from "./difference-list.tsx";
import { useWording } from "./entry-names.ts";
import { useDifference } from "./use-difference.ts";

type Publication = CatalogPublicationsQuery["catalogPublications"]["edges"][0]["node"];

export function VersionsView(given: CatalogGiven) {
  const { staff, texts, catalog, refresh } = given;
  const { code } = useLanguage();
  const list = usePages(
    {
      document: CatalogPublicationsDocument,
      variables: { market: catalog.market },
      listOf: (data) => data.catalogPublications,
      send: staff.send,
    },
    undefined,
  );
  const { first, edges, failure, refresh: reread } = list;
  const [sought, setSought] = useState("");
  const [open, setOpen] = useState("");
  const [errors, setErrors] = useState<readonly CatalogError[]>([]);
  const [done, setDone] = useState(false);
  const [state, goBack] = useStaffMutation(RollbackCatalogDocument, staff.send, (answer) => {
    const found = answer.rollbackCatalog.errors;
    setErrors(found);
    setDone(found.length === 0);
    if (found.length === 0) setOpen("");
    reread();
    refresh();
  });
  const wording = useWording(given);
  const id = sought.trim().toLowerCase();
  const found = edges.filter(({ node }) => node.version.includes(id));
  return (
    <section class="stock-part" aria-labelledby="versions" data-testid="versions-view">
      <h2 id="versions">{texts.versions}</h2>
      {!first && failure && <StaffFailure failure={failure} retry={reread} />}
      <ChangedNote
        state={state}
        errors={errors}
        done={done ? texts.wentBack : ""}
        wording={wording}
        refused={() => texts.cannot}
        changed={({ author, at }) =>
          texts.outdated(author ?? texts.somebody, at === null ? "" : moment(at, code))
        }
      />
      <label class="staff-label catalog-sought">
        {texts.findVersion}
        <input
          class="staff-field"
          type="search"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          data-testid="find-version"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      </label>
      {!first && !failure && (
        <p class="on-its-way" role="status">
          {texts.loading}
        </p>
      )}
      <p role="status" data-testid="no-version">
        {id && first && found.length === 0 && texts.noVersion}
      </p>
      <ol class="office-list catalog-versions">
        {found.map(({ node, cursor }) => (
          <Version
            key={cursor}
            {...given}
            publication={node}
            newest={cursor === edges[0]?.cursor}
            open={open === cursor}
            onOpen={(wanted) => {
              setDone(false);
              setOpen(wanted ? cursor : "");
            }}
            wording={wording}
            busy={state === "sending" || state === "again"}
            onBack={(expectedVersion) => {
              setErrors([]);
              setDone(false);
              goBack({ market: catalog.market, version: node.version, expectedVersion });
            }}
          />
        ))}
      </ol>
      <ShowMore list={list} texts={texts} />
    </section>
  );
}

interface VersionGiven extends CatalogGiven {
  publication: Publication;
  newest: boolean;
  open: boolean;
  onOpen: (open: boolean) => void;
  wording: Parameters<typeof DifferenceList>[0]["wording"];
  busy: boolean;
  onBack: (expectedVersion: string | null) => void;
}

function Version(given: VersionGiven) {
  const { publication, newest, open, onOpen, staff, texts, wording, catalog } = given;
  const when = exactMoment(publication.at, wording.code);
  // The same version may have been in force several times.
  const isInForce = publication.version === catalog.published?.version;
  return (
    <li class="office-card" data-testid="version" data-version={publication.version}>
      <h3 class="catalog-version">
        {when}
        {newest && <span class="catalog-mark catalog-added">{texts.inForce}</span>}
      </h3>
      <p>
        {publication.author === null
          ? texts.unknownAuthor
          : personText(publication.author, staff, texts)}{" "}
        · {publication.region}
        {publication.itemCount !== null &&
          ` · ${texts.itemCount(publication.itemCount.toLocaleString(wording.code))}`}
        {publication.rollback && ` · ${texts.restored}`}
      </p>
      <p class="catalog-id">
        {texts.versionId} <code>{publication.version}</code>
      </p>
      {!isInForce && (
        <button
          type="button"
          class="button button-quiet"
          data-testid="compare"
          aria-expanded={open}
          onClick={() => onOpen(!open)}
        >
          {open ? texts.close : texts.compare}
          <span class="visually-hidden"> {when}</span>
        </button>
      )}
      {open && !isInForce && <GoingBack {...given} when={when} />}
    </li>
  );
}

function GoingBack(given: VersionGiven & { when: string }) {
  const { publication, staff, texts, catalog, wording, busy, onBack, when } = given;
  const { difference, list } = useDifference(given, publication.version);
  const { failure, refresh } = list;
  if (!difference) {
    return failure ? (
      <StaffFailure failure={failure} retry={refresh} />
    ) : (
      <p role="status">{texts.loading}</p>
    );
  }
  return (
    <>
      <h4>{texts.goBackChanges}</h4>
      <DifferenceList {...given} difference={difference} wording={wording} list={list} />
      {permits(staff.roles, "PUBLISH_CATALOG", { market: catalog.market }) && (
        <AskTwice
          label={texts.goBack}
          about={when}
          question={texts.goBackSure(when)}
          yes={texts.goBackYes}
          no={texts.notYet}
          disabled={busy}
          testId="go-back"
          onYes={() => onBack(difference.fromVersion)}
        />
      )}
    </>
  );
}
