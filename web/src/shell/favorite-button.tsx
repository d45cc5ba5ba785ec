// The heart that keeps an item or a store as a favorite on this device.
import { useEffect, useRef, useState } from "preact/hooks";
import { useLanguage } from "../i18n/language.ts";
import { Icon } from "./icon.tsx";

interface Given {
  name: string;
  kept: boolean;
  /** How many favorites there can be. */
  most: number;
  /** What the one is called that leaves for another where there is no room; left out: that is not known. */
  oldest?: (() => string) | undefined;
  /** Returns false where there is no room, unless the oldest one may leave. */
  onToggle: (mayReplace: boolean) => boolean;
}

export function FavoriteButton({ name, kept, most, oldest, onToggle }: Given) {
  const { say } = useLanguage();
  const [asking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!asking) return;
    const elsewhere = ({ target }: Event) => {
      if (!button.current?.contains(target as Node)) setAsking(false);
    };
    addEventListener("pointerdown", elsewhere);
    return () => removeEventListener("pointerdown", elsewhere);
  }, [asking]);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="heart"
        data-testid="favorite"
        aria-pressed={kept}
        aria-label={say.favorite(name)}
        onBlur={() => setAsking(false)}
        onClick={({ detail }) => {
          // The second click of a double click agrees to nothing.
          if (!asking || detail < 2) setAsking(!onToggle(asking));
        }}
      >
        <Icon name="heart" />
      </button>
      {asking && (
        <p class="favorites-full" role="alert">
          {say.favoritesFull(most, oldest?.())}
        </p>
      )}
    </>
  );
}
