// Uploads and what became of them: the latest files of a store, or of the chain, as they land.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { StockImportsDocument } from "../../generated/stock.ts";
import { usePolledQuery } from "../../graphql/use-polled-query.ts";
import type { StockGiven } from "./given.ts";
import { ImportReport } from "./import-report.tsx";
import { UploadZone } from "./upload-zone.tsx";

interface Given extends StockGiven {
  /** Undefined: the chain. */
  storeId: string | undefined;
  /** A file landed: stock may have changed. */
  onImported?: () => void;
}

const PAGE = 10;
const MOST = 100;
/** Files land at night, but for one that was just uploaded. */
const POLL_MS = 15_000;
const SOON_MS = 1500;
const SOON_FOR_MS = 60_000;

export function Imports({ storeId, onImported, ...given }: Given) {
  const { staff, texts } = given;
  const [first, setFirst] = useState(PAGE);
  const soonUntil = useRef(0);
  const { data, refresh } = usePolledQuery(
    StockImportsDocument,
    { storeId: storeId ?? null, first, after: null },
    { everyMs: () => (Date.now() < soonUntil.current ? SOON_MS : POLL_MS), send: staff.send },
  );
  const files = data?.stockImports.edges.map(({ node }) => node) ?? [];
  const keys = files.map(({ file }) => file).join("\n");
  const read = useMemo(() => new Set(keys.split("\n")), [keys]);
  const seen = useRef(keys);
  useEffect(() => {
    if (seen.current && seen.current !== keys) onImported?.();
    seen.current = keys;
  }, [keys, onImported]);
  return (
    <section class="stock-part" aria-labelledby="stock-upload" data-testid="imports">
      <h2 id="stock-upload">{storeId ? texts.upload : texts.uploadChain}</h2>
      <UploadZone
        {...given}
        storeId={storeId}
        read={read}
        onUploaded={() => {
          soonUntil.current = Date.now() + SOON_FOR_MS;
          refresh();
        }}
      />
      <h3>{texts.imports}</h3>
      {data && files.length === 0 && <p>{texts.noImports}</p>}
      <ul class="stock-imports">
        {files.map((one) => (
          <ImportReport key={one.uploadId} {...given} file={one} />
        ))}
      </ul>
      {data?.stockImports.pageInfo.hasNextPage && first < MOST && (
        <button
          type="button"
          class="button button-quiet"
          onClick={() => setFirst(Math.min(MOST, first * 2))}
        >
          {texts.showMore}
        </button>
      )}
    </section>
  );
}
