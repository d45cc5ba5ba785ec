// The latest counts and sales of an item.
import { useEffect, useRef, useState } from "preact/hooks";
import { StockHistoryDocument } from "../../generated/stock.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import { NewestOnly } from "../newest-only.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { type StockGiven, when, whoIs } from "./given.ts";

interface Given extends StockGiven {
  storeId: string;
  itemId: string;
  /** What is left: another number is a reason to read again. */
  left: number | null;
}

/** A history is read from the journal of the whole store, so not often by itself. */
const POLL_MS = 60_000;
const FIRST = 10;
const MOST = 100;

export function ItemHistory({ storeId, itemId, left, ...given }: Given) {
  const { staff, texts, locale } = given;
  const [first, setFirst] = useState(FIRST);
  const { data, failure, refresh } = usePolledQuery(
    StockHistoryDocument,
    { storeId, itemId, first },
    { everyMs: () => POLL_MS, send: staff.send },
  );
  const readFor = useRef(left);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only `left` is a reason to read again.
  useEffect(() => {
    if (readFor.current !== left) refresh();
    readFor.current = left;
  }, [left]);
  if (!data && failure) return <StaffFailure failure={failure} retry={refresh} />;
  if (!data) return <p role="status">{texts.loading}</p>;
  if (data.stockHistory.length === 0) return <p>{texts.noHistory}</p>;
  return (
    <>
      <ol class="stock-history" data-testid="history">
        {data.stockHistory.map(({ kind, pieces, at, by, region }) => (
          <li key={`${at} ${kind} ${by}`}>
            <b>{pieces.toLocaleString(locale)}</b> {texts.events[kind]} · {when(at, given)} ·{" "}
            {whoIs(by, given)} · {region}
          </li>
        ))}
      </ol>
      <NewestOnly
        shown={data.stockHistory.length}
        first={first}
        most={MOST}
        onMore={() => setFirst(MOST)}
        texts={texts}
      />
    </>
  );
}
