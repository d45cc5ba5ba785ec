// The footer: privacy, and for the curious which region answered and the place the reader pretends to be in.

import { useLanguage } from "../i18n/language.ts";
import { PLACE_IDS } from "../places.ts";
import { chosenPlace } from "../preferences.ts";
import { useCell } from "../use-cell.ts";
import { Icon } from "./icon.tsx";
import { RegionChip } from "./region-chip.tsx";

export function Footer() {
  const { say } = useLanguage();
  return (
    <footer class="site-footer">
      <div class="wide site-footer-row">
        <a class="quiet-link" href="/privacy">
          {say.privacy}
        </a>
        <a class="quiet-link" href="/imprint">
          {say.imprint}
        </a>
        <details class="site-behind" data-testid="behind">
          <summary class="quiet-link">{say.details}</summary>
          <div class="site-behind-row">
            <RegionChip />
            <PlacePicker />
            <a class="quiet-link" href="/graphiql" target="_blank" rel="noopener">
              {say.explore}
            </a>
          </div>
        </details>
      </div>
    </footer>
  );
}

function PlacePicker() {
  const { say } = useLanguage();
  const chosen = useCell(chosenPlace);
  return (
    <label class="picker">
      <Icon name="plane" />
      <span class="picker-label">{say.pretend}</span>
      <select
        data-testid="place-picker"
        value={chosen}
        onChange={(event) => chosenPlace.set(event.currentTarget.value)}
      >
        <option value="">{say.noPretence}</option>
        {PLACE_IDS.map((id) => (
          <option key={id} value={id}>
            {say.places[id]}
          </option>
        ))}
      </select>
    </label>
  );
}
