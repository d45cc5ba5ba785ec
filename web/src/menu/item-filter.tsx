// Leaving out items by allergen; the choice is kept for all stores.
import type { Allergen } from "../generated/operations.ts";
import { useLanguage } from "../i18n/language.ts";
import { avoidedAllergens } from "../preferences.ts";
import { Icon } from "../shell/icon.tsx";

interface Given {
  /** Allergens that occur in this menu. */
  present: readonly Allergen[];
  avoided: readonly string[];
  /** How many items are left out. */
  hidden: number;
}

export function AllergenFilter({ present, avoided, hidden }: Given) {
  const { say, code } = useLanguage();
  if (present.length === 0) return null;
  const toggle = (allergen: Allergen, leaveOut: boolean) =>
    avoidedAllergens.set(
      leaveOut ? [...avoided, allergen] : avoided.filter((one) => one !== allergen),
    );
  const named = present.map((allergen) => ({ allergen, name: say.allergens[allergen] }));
  return (
    <details class="allergens">
      <summary>
        <Icon name="leaf" />
        {say.filter}
        <span class="allergens-count" role="status">
          {hidden > 0 && say.filterOn(hidden)}
        </span>
      </summary>
      <fieldset>
        <legend>{say.filterHint}</legend>
        <div class="allergen-choices">
          {named
            .sort((a, b) => a.name.localeCompare(b.name, code))
            .map(({ allergen, name }) => (
              <label key={allergen} class="allergen">
                <input
                  type="checkbox"
                  checked={avoided.includes(allergen)}
                  onChange={(event) => toggle(allergen, event.currentTarget.checked)}
                />
                <span>{name}</span>
              </label>
            ))}
        </div>
        {hidden > 0 && (
          <button type="button" class="text-button" onClick={() => avoidedAllergens.set([])}>
            {say.filterReset}
          </button>
        )}
      </fieldset>
    </details>
  );
}
