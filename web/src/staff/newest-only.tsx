// The end of a list of which the API has the newest entries only, and no pages.
import { useLanguage } from "../i18n/language.ts";
import { useKeptFocus } from "../shell/use-kept-focus.ts";

interface Given {
  /** How many entries are shown. */
  shown: number;
  /** How many were requested. */
  first: number;
  /** The most that can be requested. */
  most: number;
  onMore: () => void;
  texts: { showMore: string; newestOnly: (n: string) => string };
}

/** Offers the most there can be, and says where a list ends although there may be older entries. */
export function NewestOnly({ shown, first, most, onMore, texts }: Given) {
  const { code } = useLanguage();
  const end = useKeptFocus<HTMLDivElement>(first);
  const isWhole = shown < first;
  return (
    <div ref={end} tabIndex={-1}>
      {!isWhole && first < most && (
        <button type="button" class="button button-quiet" data-testid="show-more" onClick={onMore}>
          {texts.showMore}
        </button>
      )}
      {!isWhole && first >= most && (
        <p data-testid="newest-only">{texts.newestOnly(most.toLocaleString(code))}</p>
      )}
    </div>
  );
}
