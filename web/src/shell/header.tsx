// The header: the mark, which leads home, and the language.

import { LANGUAGE_NAMES, LANGUAGES, pickLanguage, useLanguage } from "../i18n/language.ts";
import { chosenLocale } from "../preferences.ts";
import { useCell } from "../use-cell.ts";
import { Icon } from "./icon.tsx";

export function Header() {
  const { say } = useLanguage();
  return (
    <header class="site-header">
      <div class="wide site-header-row">
        <a class="brand" href="/" aria-label={`carte, ${say.home}`}>
          <img src="/favicon.svg" alt="" width="34" height="34" />
          <span>carte</span>
        </a>
        <LanguagePicker />
      </div>
    </header>
  );
}

function LanguagePicker() {
  const { say, code: shown } = useLanguage();
  const chosen = useCell(chosenLocale);
  // While the texts of the chosen language cannot be loaded, the picker says which language is there.
  const value = chosen && pickLanguage(chosen, []) !== shown ? shown : chosen;
  const own = LANGUAGE_NAMES[pickLanguage("", navigator.languages)];
  return (
    <label class="picker">
      <Icon name="globe" />
      <span class="visually-hidden">{say.language}</span>
      <select
        data-testid="locale-picker"
        value={value}
        onChange={(event) => chosenLocale.set(event.currentTarget.value)}
      >
        <option value="">{say.automaticIn(own)}</option>
        {LANGUAGES.map((code) => (
          <option key={code} value={code} lang={code}>
            {LANGUAGE_NAMES[code]}
          </option>
        ))}
      </select>
    </label>
  );
}
