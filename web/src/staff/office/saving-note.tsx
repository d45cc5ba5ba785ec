// What became of a change, for eyes and screen readers: also that somebody else was first.

import { useLanguage } from "../../i18n/language.ts";
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import type { Saving } from "../use-staff-mutation.ts";
import { moment } from "./moment.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

/** An error of a mutation of the head office; those of changes by others say whose. */
export interface OfficeError {
  __typename: string;
  author?: string | null;
  at?: string | null;
  value?: string | null;
}

interface Given {
  state: Saving;
  /** Why the API refused it; empty where it did not. */
  errors: readonly OfficeError[];
  /** The text after it was done; empty before. */
  done: string;
  texts: OfficeTexts;
}

/** An error that does not refuse the request: it may be tried again as it is. */
const PASSING = "TooBusyError";
/** An earlier attempt, whose answer was lost, may have been carried out in another region. */
const UNKNOWN = "RequestTimeTooSkewedError";

export function SavingNote({ state, errors, done, texts }: Given) {
  const { code } = useLanguage();
  const { forbidden } = useAccountTexts();
  const other = errors.find(({ __typename }) => __typename === "ChangedMeanwhileError");
  const only = (kind: string) =>
    errors.length > 0 && errors.every(({ __typename }) => __typename === kind);
  const wrong =
    state === "failed" || only(PASSING)
      ? texts.failed
      : state === "forbidden"
        ? forbidden
        : only(UNKNOWN)
          ? texts.unknownOutcome
          : other
            ? texts.changedMeanwhile(
                other.author ?? texts.somebody,
                other.at ? moment(other.at, code) : "",
              )
            : texts.refused;
  const isWrong = errors.length > 0 || state === "failed" || state === "forbidden";
  const going = state === "sending" ? texts.saving : state === "again" ? texts.again : "";
  return (
    <p
      class={isWrong ? "stock-wrong" : "office-note"}
      role={isWrong ? "alert" : "status"}
      data-testid="saving"
    >
      {isWrong ? wrong : going || done}
    </p>
  );
}
