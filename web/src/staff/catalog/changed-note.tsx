// What became of a change of a catalog: saved, refused and why, or somebody else was first.
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import { moment } from "../office/moment.ts";
import type { Saving } from "../use-staff-mutation.ts";
import { entryName, valueText, type Wording } from "./entry-names.ts";

/** An error of a mutation of catalogs, as all three of them return it. */
export type CatalogError =
  | {
      __typename: "ChangedMeanwhileError";
      message: string;
      path: string[];
      entry: string;
      value: string | null;
      author: string | null;
      at: string | null;
    }
  | { __typename: string; message: string; path: string[] };

export type Meanwhile = Extract<CatalogError, { entry: string }>;

export const isMeanwhile = (error: CatalogError): error is Meanwhile =>
  error.__typename === "ChangedMeanwhileError";

interface Given {
  state: Saving;
  errors: readonly CatalogError[];
  /** The text after it was done; empty before. */
  done: string;
  wording: Wording;
  /** The text of an error that is about no entry. */
  refused: (error: CatalogError) => string;
  /** The text of a change by somebody else. */
  changed?: (error: Meanwhile) => string;
}

export function ChangedNote({ state, errors, done, wording, refused, changed }: Given) {
  const { texts } = wording;
  const { forbidden } = useAccountTexts();
  const failed = state === "failed" ? texts.failed : state === "forbidden" ? forbidden : undefined;
  const going = state === "sending" ? texts.saving : state === "again" ? texts.again : "";
  const isWrong = failed !== undefined || (errors.length > 0 && !going);
  // Each entry has an error of its own, and several may have one text.
  const messages = errors.map((error) =>
    isMeanwhile(error) ? (changed?.(error) ?? changedText(error, wording)) : refused(error),
  );
  return (
    <div
      class={isWrong ? "stock-wrong" : "office-note"}
      role={isWrong ? "alert" : "status"}
      data-testid="catalog-saving"
    >
      {failed && <p>{failed}</p>}
      {isWrong && [...new Set(messages)].map((text) => <p key={text}>{text}</p>)}
      {!isWrong && (going || done) && <p>{going || done}</p>}
    </div>
  );
}

/** Who changed which entry, when, and what it is now. */
export function changedText(error: Meanwhile, wording: Wording): string {
  const { texts, code } = wording;
  const who = error.author ?? texts.somebody;
  const when = error.at === null ? "" : moment(error.at, code);
  const message = texts.changedBy(who, entryName(error.entry, wording), when);
  return error.value === null
    ? message
    : `${message} ${texts.theirs(valueText(error.entry, error.value, wording))}`;
}
