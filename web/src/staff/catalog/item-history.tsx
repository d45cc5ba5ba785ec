// Who edited an item's draft, when, and what was set: as far as the edit journal has it.
import { useState } from "preact/hooks";
import { CatalogItemHistoryDocument } from "../../generated/catalog.ts";
import { NewestOnly } from "../newest-only.tsx";
import { moment } from "../office/moment.ts";
import { personText } from "../person-text.ts";
import { StaffFailure } from "../staff-failure.tsx";
import { useStaffQuery } from "../use-staff-query.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { entryName, valueText, type Wording } from "./entry-names.ts";
import type { Item } from "./item-edit.ts";

const FIRST = 20;
const MOST = 100;

interface Given extends CatalogGiven {
  item: Item;
  wording: Wording;
}

export function ItemHistory(given: Given) {
  const [shown, setShown] = useState(false);
  return (
    <details
      class="catalog-history"
      data-testid="item-history"
      onToggle={(event) => setShown(event.currentTarget.open)}
    >
      <summary>{given.texts.history}</summary>
      {/* Read anew after each edit of the item. */}
      {shown && <Edits key={given.item.entries.map(({ stamp }) => stamp).join()} {...given} />}
    </details>
  );
}

function Edits({ item, catalog, staff, texts, wording }: Given) {
  const [first, setFirst] = useState(FIRST);
  const { data, failure, refresh } = useStaffQuery(
    CatalogItemHistoryDocument,
    { market: catalog.market, itemId: item.itemId, first },
    staff.send,
  );
  if (!data && failure) return <StaffFailure failure={failure} retry={refresh} />;
  if (!data) return <p role="status">{texts.loading}</p>;
  const edits = data.catalogItemHistory;
  if (edits.length === 0) return <p>{texts.noHistory}</p>;
  return (
    <>
      <ol class="office-actions">
        {edits.map((edit) => (
          <li key={edit.operationId + edit.at}>
            <b>{personText(edit.author, staff, texts)}</b>
            <small>
              {moment(edit.at, wording.code)} · {edit.region}
              {edit.device && ` · ${edit.device}`}
            </small>
            <ul>
              {edit.changes.map(({ entry, value }) => (
                <li key={entry}>
                  {entryName(entry, wording)}: {valueText(entry, value, wording)}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      <NewestOnly
        shown={edits.length}
        first={first}
        most={MOST}
        onMore={() => setFirst(MOST)}
        texts={texts}
      />
    </>
  );
}
