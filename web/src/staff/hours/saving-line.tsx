// What became of a change of closures, for eyes and screen readers.
import { useAccountTexts } from "../account/texts/use-account-texts.ts";
import type { Saving } from "../use-staff-mutation.ts";
import type { HoursTexts } from "./texts/hours-texts.ts";

interface Given {
  state: Saving;
  outcome: "" | "done" | "refused";
  texts: HoursTexts;
  testId: string;
}

export function SavingLine({ state, outcome, texts, testId }: Given) {
  const { forbidden } = useAccountTexts();
  const failed = state === "failed" || (outcome === "refused" && state === "idle");
  const wrong = state === "forbidden" ? forbidden : failed ? texts.daysRefused : "";
  const going = state === "sending" ? texts.saving : state === "again" ? texts.again : "";
  return (
    <p
      role={wrong ? "alert" : "status"}
      class={wrong ? "stock-wrong" : "office-note"}
      data-testid={testId}
    >
      {wrong || going || (outcome === "done" ? texts.daysDone : "")}
    </p>
  );
}
