// What became of one file: how many rows of each kind, and each row that does not count.
import type { StockImportsQuery } from "../../generated/stock.ts";
import type { StockGiven } from "./given.ts";
import { when, whoIs } from "./given.ts";

interface Given extends StockGiven {
  file: StockImportsQuery["stockImports"]["edges"][0]["node"];
}

const SIGNS: Record<string, string> = { "\t": "⇥", " ": "␣" };

export function ImportReport({ file, ...given }: Given) {
  const { texts, locale } = given;
  const number = (value: number) => value.toLocaleString(locale);
  const sums: [number, (n: string) => string][] = [
    [file.loaded, texts.loaded],
    [file.unchanged, texts.unchanged],
    [file.unknown, texts.unknownRows],
    [file.refused, texts.refusedRows],
  ];
  const wrong = file.problems.length > 0 || file.unknownRows.length > 0 || file.error;
  const facts = (
    <>
      {/* Of a file without an error: that it is a copy of an earlier one. */}
      {!file.error && file.hint && <p lang="en">{file.hint}</p>}
      {file.encoding && file.delimiter && (
        <p class="stock-soft">
          {texts.readAs(file.encoding, SIGNS[file.delimiter] ?? file.delimiter)}
        </p>
      )}
      {file.ignoredColumns.length > 0 && <p>{texts.ignored(file.ignoredColumns.join(", "))}</p>}
    </>
  );
  return (
    <li
      class="stock-import"
      data-testid="import"
      data-status={file.status}
      data-loaded={file.loaded}
      data-refused={file.refused}
    >
      <p class="stock-import-head">
        <b>{file.file.split("/").at(-1)}</b>
        <span class={`stock-status stock-status-${file.status.toLowerCase()}`}>
          {texts.status[file.status]}
        </span>
        <small>
          {file.uploadedAt && when(file.uploadedAt, given)}
          {file.uploadedBy && ` · ${whoIs(file.uploadedBy, given)}`} · {file.region}
        </small>
      </p>
      <p>
        {texts.rows(number(file.rows))}:{" "}
        {sums
          .filter(([count]) => count > 0)
          .map(([count, say]) => say(number(count)))
          .join(", ")}
      </p>
      {wrong ? (
        <details open={file.status === "REFUSED"}>
          <summary>{texts.details}</summary>
          {file.error && (
            <p class="stock-wrong" lang="en">
              {file.error}
              {file.hint && `: ${file.hint}`}
            </p>
          )}
          <Problems {...given} file={file} />
          <UnknownRows {...given} file={file} />
          {facts}
        </details>
      ) : (
        facts
      )}
    </li>
  );
}

// Reasons are the service's, which are in English.
function Problems({ file: { problems, problemsLeftOut }, texts, locale }: Given) {
  if (problems.length === 0) return null;
  return (
    <div class="stock-scroll">
      <table class="stock-rows">
        <caption>{texts.problems}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.line}</th>
            <th scope="col">{texts.column}</th>
            <th scope="col">{texts.reason}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map(({ line, column, reason }) => (
            <tr key={`${line} ${column}`}>
              <td>{line.toLocaleString(locale)}</td>
              <td>{column ?? "–"}</td>
              <td lang="en">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {problemsLeftOut > 0 && <p>{texts.leftOut(problemsLeftOut.toLocaleString(locale))}</p>}
    </div>
  );
}

function UnknownRows({ file: { unknownRows, unknownRowsLeftOut }, texts, locale }: Given) {
  if (unknownRows.length === 0) return null;
  return (
    <div class="stock-scroll">
      <table class="stock-rows">
        <caption>{texts.unknowns}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.line}</th>
            <th scope="col">{texts.store}</th>
            <th scope="col">{texts.item}</th>
            <th scope="col">{texts.pieces}</th>
            <th scope="col">{texts.reason}</th>
          </tr>
        </thead>
        <tbody>
          {unknownRows.map(({ line, store, item, pieces, reason }) => (
            <tr key={line}>
              <td>{line.toLocaleString(locale)}</td>
              <td>{store}</td>
              <td>{item}</td>
              <td>{pieces.toLocaleString(locale)}</td>
              <td lang="en">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {unknownRowsLeftOut > 0 && <p>{texts.leftOut(unknownRowsLeftOut.toLocaleString(locale))}</p>}
    </div>
  );
}
