// The row of categories that stays in sight and marks the one being read.
import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { Icon } from "../shell/icon.tsx";

interface Given {
  categories: readonly { id: string; name: string }[];
  locale: string;
}

export function CategoryNav({ categories, locale }: Given) {
  const { say } = useLanguage();
  const ids = categories.map(({ id }) => id).join(" ");
  const current = useCategoryInView(ids);
  const row = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const list = row.current;
    const link = list?.querySelector<HTMLElement>(`[href="#${CSS.escape(current)}"]`);
    if (!list || !link) return;
    // Not scrollIntoView: that would also move the page.
    list.scrollTo({ left: link.offsetLeft - list.clientWidth / 2 + link.offsetWidth / 2 });
  }, [current]);
  const [ends, setEnds] = useState({ before: false, after: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other categories have other widths.
  useEffect(() => {
    const list = row.current;
    return list ? watchEnds(list, setEnds) : undefined;
  }, [ids]);
  const turn = (direction: number) =>
    row.current?.scrollBy({ left: direction * row.current.clientWidth * 0.7 });
  return (
    <nav class="category-nav" aria-label={say.categories}>
      {ends.before && <Turn icon="back" name={say.earlierCategories} onClick={() => turn(-1)} />}
      {ends.after && <Turn icon="chevron" name={say.furtherCategories} onClick={() => turn(1)} />}
      <ul class="wide" ref={row}>
        {categories.map(({ id, name }) => (
          <li key={id}>
            <a href={`#${id}`} lang={locale} aria-current={id === current ? "true" : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

interface TurnGiven {
  icon: "back" | "chevron";
  name: string;
  onClick: () => void;
}

/** For the mouse: keys and screen readers reach every category by its link. */
function Turn({ icon, name, onClick }: TurnGiven) {
  return (
    <button
      type="button"
      class={`category-turn category-turn-${icon}`}
      tabIndex={-1}
      aria-label={name}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface Ends {
  before: boolean;
  after: boolean;
}

/** Report on which sides of a row there is more than it shows, and have the wheel scroll it. */
function watchEnds(list: HTMLElement, report: (ends: Ends) => void): () => void {
  const look = () => {
    const rest = list.scrollWidth - list.clientWidth - list.scrollLeft;
    report({ before: list.scrollLeft > 4, after: rest > 4 });
  };
  const turn = (event: WheelEvent) => {
    if (event.deltaX !== 0 || event.ctrlKey || list.scrollWidth <= list.clientWidth) return;
    const left = list.scrollLeft;
    list.scrollBy({ left: event.deltaY, behavior: "instant" });
    // At its end the wheel scrolls the page.
    if (list.scrollLeft !== left) event.preventDefault();
  };
  look();
  const sized = new ResizeObserver(look);
  sized.observe(list);
  list.addEventListener("scroll", look, { passive: true });
  list.addEventListener("wheel", turn, { passive: false });
  return () => {
    sized.disconnect();
    list.removeEventListener("scroll", look);
    list.removeEventListener("wheel", turn);
  };
}

/** The id of the last category whose head has passed the row, while scrolling. */
function useCategoryInView(ids: string): string {
  const [current, setCurrent] = useState("");
  useEffect(() => {
    const all = ids.split(" ");
    let frame = 0;
    const look = () => {
      frame = 0;
      const line = innerHeight * 0.3;
      const above = (id: string) =>
        (document.getElementById(id)?.getBoundingClientRect().top ?? line) < line;
      const atEnd = scrollY > 0 && innerHeight + scrollY >= document.body.scrollHeight - 4;
      setCurrent((atEnd ? all.at(-1) : all.findLast(above)) ?? all[0] ?? "");
    };
    const onScroll = () => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    addEventListener("scroll", onScroll, { passive: true });
    return () => {
      removeEventListener("scroll", onScroll);
      cancelAnimationFrame(frame);
    };
  }, [ids]);
  return current;
}
