// What a person did, newest first: when, in which region, on which device, and what was set.
import { StaffActionsDocument } from "../../generated/office.ts";
import { useLanguage } from "../../i18n/language.ts";
import type { Staff } from "../account/staff.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import { moment } from "./moment.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";
import { useEditTexts } from "./use-edit-texts.ts";

const POLL_MS = 30_000;

interface Given {
  /** The `sub` of the person's tokens. */
  person: string;
  staff: Staff;
  texts: OfficeTexts;
}

export function ActionList({ person, staff, texts }: Given) {
  const { code } = useLanguage();
  const list = usePages(
    {
      document: StaffActionsDocument,
      variables: { person },
      listOf: (data) => data.staffActions,
      send: staff.send,
    },
    () => POLL_MS,
  );
  const { first, edges, failure, refresh } = list;
  const edits = useEditTexts(
    edges.map(({ node }) => ({
      document: node.document,
      entries: node.changes.map(({ entry }) => entry),
    })),
    texts,
  );
  if (!first && failure) return <StaffFailure failure={failure} retry={refresh} />;
  if (!first)
    return (
      <p class="on-its-way" role="status">
        {texts.loading}
      </p>
    );
  if (edges.length === 0) return <p>{texts.noActions}</p>;
  return (
    <>
      <ol class="office-actions" data-testid="action-list">
        {edges.map(({ node, cursor }) => (
          <li key={cursor}>
            <b>{mutationName(node.name, texts)}</b>{" "}
            <span class="stock-soft">{edits.document(node.document)}</span>
            <small>
              {moment(node.at, code)} · {node.region}
              {node.device && ` · ${node.device}`}
            </small>
            <ul>
              {node.changes.map(({ entry, value }) => (
                <li key={entry}>
                  {edits.entry(node.document, entry)}: {edits.value(node.document, entry, value)}
                </li>
              ))}
              {node.changeCount > node.changes.length && (
                <li>{texts.more((node.changeCount - node.changes.length).toLocaleString(code))}</li>
              )}
            </ul>
          </li>
        ))}
      </ol>
      <ShowMore list={list} texts={texts} />
    </>
  );
}

/** What a mutation does, in words; its own name where it is newer than this page. */
const mutationName = (name: string, { mutations }: OfficeTexts): string =>
  Object.entries(mutations).find(([one]) => one === name)?.[1] ?? name;
