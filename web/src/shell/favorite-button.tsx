// The heart that keeps an item or a store as a favorite on this device.
import { useLanguage } from "../i18n/language.ts";
import { Icon } from "./icon.tsx";

interface Given {
  name: string;
  kept: boolean;
  onToggle: () => void;
}

export function FavoriteButton({ name, kept, onToggle }: Given) {
  const { say } = useLanguage();
  return (
    <button
      type="button"
      class="heart"
      data-testid="favorite"
      aria-pressed={kept}
      aria-label={say.favorite(name)}
      onClick={onToggle}
    >
      <Icon name="heart" />
    </button>
  );
}
