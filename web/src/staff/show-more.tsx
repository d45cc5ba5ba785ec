// The end of a list of which there is more: a button that shows the next page, or why that page is not there.

import { useKeptFocus } from "../shell/use-kept-focus.ts";
import { StaffFailure } from "./staff-failure.tsx";
import type { Pages } from "./use-pages.ts";

interface Given {
  list: Omit<Pages<unknown, unknown>, "first" | "edges">;
  texts: { loading: string; showMore: string };
}

export function ShowMore({ list, texts }: Given) {
  const { showMore, isReadingMore, failure, refresh } = list;
  // After the last page the button goes, and the keyboard's place is at the end of the list.
  const end = useKeptFocus<HTMLDivElement>(showMore !== undefined);
  return (
    <div ref={end} tabIndex={-1}>
      {isReadingMore && failure ? (
        <StaffFailure failure={failure} retry={refresh} />
      ) : (
        showMore && (
          <button
            type="button"
            class="button button-quiet"
            data-testid="show-more"
            aria-disabled={isReadingMore}
            onClick={() => !isReadingMore && showMore()}
          >
            {isReadingMore ? texts.loading : texts.showMore}
          </button>
        )
      )}
    </div>
  );
}
