// The buttons of a list that is read on demand: read it, stop, read it again; and where the reading stands, in words.
import type { ComponentChildren } from "preact";
import { StaffFailure } from "../staff-failure.tsx";
import type { FigureTexts } from "./texts/figure-texts.ts";
import type { WholeList } from "./use-whole-list.ts";

interface Given {
  list: WholeList<unknown>;
  texts: FigureTexts;
  /** Begins the ids of tests. */
  name: string;
  /** Where the reading stands; it is not shown before somebody wants the list. */
  stateText: string;
  /** Buttons for files. */
  children?: ComponentChildren;
}

export function WholeListButtons({ list, texts, name, stateText, children }: Given) {
  const { state, failure, start, stop } = list;
  const isReading = state === "reading";
  return (
    <>
      <div class="office-acts">
        <button
          type="button"
          class="button"
          data-testid={`${name}-${isReading ? "stop" : "read"}`}
          onClick={isReading ? stop : start}
        >
          {isReading ? texts.stop : state === "idle" ? texts.read : texts.readAgain}
        </button>
        {children}
      </div>
      <p data-testid={`${name}-state`} data-state={state}>
        {state !== "idle" && stateText}
      </p>
      {/* Not each page that is read. */}
      <p class="visually-hidden" role="status">
        {state !== "idle" && !isReading && stateText}
      </p>
      {failure && <StaffFailure failure={failure} retry={start} />}
    </>
  );
}
