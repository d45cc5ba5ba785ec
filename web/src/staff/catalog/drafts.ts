// What was typed about items and is not saved: it stays over the way to another item, view or page, in memory only.
import { useEffect, useRef, useState } from "preact/hooks";
import { cell } from "../../cell.ts";
import { unsaved } from "../../unsaved.ts";
import { editOf, type Item, isEdit, NOTHING_TYPED, type Typed } from "./item-edit.ts";

interface Draft {
  typed: Typed;
  /** The stamps of the values that were shown when it was typed. */
  seen: Item["entries"];
}

/** Whose drafts these are of which items, by `draftKey`; only those that differ from the item. */
const drafts = cell<ReadonlyMap<string, Draft>>(new Map());
unsaved.push(() => drafts.get().size > 0);

export const draftKey = (personId: string, market: string, itemId: string): string =>
  JSON.stringify([personId, market, itemId]);

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

/** Keep a draft; undefined forgets it. */
function keepDraft(key: string, draft: Draft | undefined): void {
  const all = new Map(drafts.get());
  if (draft) all.set(key, draft);
  else all.delete(key);
  drafts.set(all);
  // The browser asks before the document is left, with all that is typed.
  if (all.size > 0) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
}

/** Whether something was typed about an item and is not saved. */
export function useIsDrafted(key: string): boolean {
  const [is, setIs] = useState(() => drafts.get().has(key));
  useEffect(() => {
    setIs(drafts.get().has(key));
    return drafts.watch((all) => setIs(all.has(key)));
  }, [key]);
  return is;
}

export interface ItemDraft extends Draft {
  type: (more: Partial<Typed>) => void;
  discard: () => void;
  /** Call when what was typed is saved: what was typed since stays. */
  saved: (typed: Typed) => void;
}

/** What is typed about an item, for one editor of it. */
export function useDraft(key: string, item: Item, digits: number): ItemDraft {
  const [draft, setDraft] = useState<Draft>(
    () => drafts.get().get(key) ?? { typed: NOTHING_TYPED, seen: item.entries },
  );
  const latest = useRef(draft);
  const put = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    keepDraft(key, isEdit(editOf(item, next.typed, digits)) ? next : undefined);
  };
  const shown = useRef(item);
  useEffect(() => {
    if (shown.current === item) return;
    shown.current = item;
    // It is read again after an answer alone, which says what somebody else did.
    put({ ...latest.current, seen: item.entries });
  });
  return {
    ...draft,
    type: (more) => put({ ...latest.current, typed: { ...latest.current.typed, ...more } }),
    discard: () => put({ ...latest.current, typed: NOTHING_TYPED }),
    saved: (typed) => {
      if (drafts.get().get(key)?.typed === typed) put({ ...latest.current, typed: NOTHING_TYPED });
    },
  };
}
