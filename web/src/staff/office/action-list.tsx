// What a person did, newest first: when, in which region, on which device, and what was set.
import { useState } from "preact/hooks";
import { StaffActionsDocument } from "../../generated/office.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { useLanguage } from "../../i18n/language.ts";
import { FailureNotice } from "../../shell/notice.tsx";
import type { Staff } from "../account/staff.ts";
import { moment } from "./moment.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

const PAGE = 10;
const MOST = 100;
const POLL_MS = 30_000;

interface Given {
  /** The `sub` of the person's tokens. */
  person: string;
  staff: Staff;
  texts: OfficeTexts;
}

export function ActionList({ person, staff, texts }: Given) {
  const { code } = useLanguage();
  const [first, setFirst] = useState(PAGE);
  const { data, failure, refresh } = usePolledQuery(
    StaffActionsDocument,
    { person, first, after: null },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  if (!data && failure) return <FailureNotice failure={failure} retry={refresh} />;
  if (!data) return <p role="status">{texts.loading}</p>;
  const { edges, pageInfo } = data.staffActions;
  if (edges.length === 0) return <p>{texts.noActions}</p>;
  return (
    <>
      <ol class="office-actions" data-testid="action-list">
        {edges.map(({ node, cursor }) => (
          <li key={cursor}>
            <b>{node.name}</b> <span class="stock-soft">{node.document}</span>
            <small>
              {moment(node.at, code)} · {node.region}
              {node.device && ` · ${node.device}`}
            </small>
            <ul>
              {node.changes.map(({ entry, value }) => (
                <li key={entry}>
                  {entry} = {value}
                </li>
              ))}
              {node.changeCount > node.changes.length && (
                <li>{texts.more((node.changeCount - node.changes.length).toLocaleString(code))}</li>
              )}
            </ul>
          </li>
        ))}
      </ol>
      {pageInfo.hasNextPage && first < MOST && (
        <button
          type="button"
          class="button button-quiet"
          onClick={() => setFirst(Math.min(MOST, first * 2))}
        >
          {texts.showMore}
        </button>
      )}
    </>
  );
}
