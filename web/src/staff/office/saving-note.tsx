// What became of a change, for eyes and screen readers.
import type { Saving } from "../use-staff-mutation.ts";
import type { OfficeTexts } from "./texts/office-texts.ts";

interface Given {
  state: Saving;
  /** Whether the API refused it with a typed error. */
  refused: boolean;
  /** What is said after it was done; empty before. */
  done: string;
  texts: OfficeTexts;
}

export function SavingNote({ state, refused, done, texts }: Given) {
  const wrong =
    state === "failed" ? texts.failed : state === "forbidden" ? texts.forbidden : texts.refused;
  const isWrong = refused || state === "failed" || state === "forbidden";
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
