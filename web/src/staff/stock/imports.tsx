// Uploads and what became of them: the latest files of a store, or of the chain, as they land.
import { useEffect, useMemo, useRef } from "preact/hooks";
import { StockImportsDocument } from "../../generated/stock.ts";
import { ShowMore } from "../show-more.tsx";
import { StaffFailure } from "../staff-failure.tsx";
import { usePages } from "../use-pages.ts";
import type { StockGiven } from "./given.ts";
import { ImportReport } from "./import-report.tsx";
import { UploadZone } from "./upload-zone.tsx";

interface Given extends StockGiven {
  /** Undefined: the chain. */
  storeId: string | undefined;
  /** A file landed: stock may have changed. */
  onImported?: () => void;
}

/** Files land at night, but for one that was just uploaded. */
const POLL_MS = 15_000;
const SOON_MS = 1500;
const SOON_FOR_MS = 60_000;

export function Imports({ storeId, onImported, ...given }: Given) {
  const { staff, texts } = given;
  const soonUntil = useRef(0);
  const list = usePages(
    {
      document: StockImportsDocument,
      variables: { storeId: storeId ?? null },
      listOf: (data) => data.stockImports,
      send: staff.send,
    },
    () => (Date.now() < soonUntil.current ? SOON_MS : POLL_MS),
  );
  const { first, failure, refresh } = list;
  const files = list.edges.map(({ node }) => node);
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
      {!first && failure && <StaffFailure failure={failure} retry={refresh} />}
      {first && files.length === 0 && <p>{texts.noImports}</p>}
      <ul class="stock-imports">
        {files.map((one) => (
          <ImportReport key={one.uploadId} {...given} file={one} />
        ))}
      </ul>
      <ShowMore list={list} texts={texts} />
    </section>
  );
}
