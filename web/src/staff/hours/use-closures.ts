// Changes of a store's closures, and what became of the latest one.
import { useState } from "preact/hooks";
import { SetStoreClosuresDocument, type UpdateStoreClosuresInput } from "../../generated/hours.ts";
import { type Saving, useStaffMutation } from "../use-staff-mutation.ts";
import type { HoursGiven } from "./hours-given.ts";

export interface ClosureChanges {
  state: Saving;
  outcome: "" | "done" | "refused";
  send: (changes: Omit<UpdateStoreClosuresInput, "operationId" | "storeId">) => void;
  /** Say no more of the latest change. */
  forget: () => void;
}

export function useClosures({ storeId, staff, onSaved }: HoursGiven): ClosureChanges {
  const [outcome, setOutcome] = useState<ClosureChanges["outcome"]>("");
  const [state, run] = useStaffMutation(SetStoreClosuresDocument, staff.send, (answer) => {
    const { closures, errors } = answer.updateStoreClosures;
    setOutcome(errors.length > 0 ? "refused" : "done");
    if (closures) onSaved(closures);
  });
  return {
    state,
    outcome,
    send: (changes) => {
      setOutcome("");
      run({ storeId, ...changes });
    },
    forget: () => setOutcome(""),
  };
}
