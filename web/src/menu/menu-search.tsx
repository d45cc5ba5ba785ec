// The field that searches within a menu; works without a connection.
import { useLanguage } from "../i18n/language.ts";
import { Icon } from "../shell/icon.tsx";

export function MenuSearch({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { say } = useLanguage();
  return (
    <search class="menu-search">
      <Icon name="search" />
      <input
        type="search"
        data-testid="menu-search"
        aria-label={say.menuSearch}
        placeholder={say.menuSearch}
        autocomplete="off"
        enterkeyhint="search"
        maxLength={60}
        value={text}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </search>
  );
}
