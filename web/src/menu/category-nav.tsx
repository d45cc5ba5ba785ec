// The row of categories that stays in sight and marks the one being read.
import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";

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
  return (
    <nav class="category-nav" aria-label={say.categories}>
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
