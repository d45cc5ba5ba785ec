// Arrow keys over a list of results, from the search field down and back up.

const results = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-result]")];

export function focusFirstResult(): boolean {
  const first = results()[0];
  first?.focus();
  return first !== undefined;
}

export function moveAmongResults(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = results();
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  const next = at + step;
  if (next < 0) document.querySelector<HTMLElement>('input[type="search"]')?.focus();
  else all[next]?.focus();
}
