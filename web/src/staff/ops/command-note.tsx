// What became of a command to the edge: announced to screen readers as well, and refused ones with the edge's reason.
import type { OpsTexts } from "./texts/ops-texts.ts";

/** `wrong`: it was taken, and is about nothing that exists. */
export type Note = { done: string } | { refused: string } | { wrong: string } | undefined;

export function CommandNote({
  note,
  texts,
  testId,
}: {
  note: Note;
  texts: OpsTexts;
  testId: string;
}) {
  return (
    <div class="ops-note" data-testid={testId}>
      <p role="status" class="ops-done">
        {note && "done" in note && note.done}
      </p>
      <p role="alert" class="stock-wrong">
        {note && "wrong" in note && note.wrong}
        {note && "refused" in note && (
          <>
            {texts.failed} {note.refused && <span lang="en">({note.refused})</span>}
          </>
        )}
      </p>
    </div>
  );
}
