// Leaving out items by allergen and by diet; both choices are kept for all stores.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Allergen } from "../generated/operations.ts";
import { useLanguage } from "../i18n/language.ts";
import { avoidedAllergens, chosenDiet, DIETS, type DietChoice } from "../preferences.ts";
import { Icon } from "../shell/icon.tsx";

interface Given {
  /** Allergens that occur in this menu. */
  present: readonly Allergen[];
  avoided: readonly string[];
  /** Whether some item of this menu has a statement about a diet. */
  dietsStated: boolean;
  diet: DietChoice;
  /** How many items are left out. */
  hidden: number;
}

/** Show all items again, whatever is in them. */
export function showEverything(): void {
  avoidedAllergens.set([]);
  chosenDiet.set("");
}

export function ItemFilter({ present, avoided, dietsStated, diet, hidden }: Given) {
  const { say, code } = useLanguage();
  const [open, setOpen] = useState(false);
  // A choice of another store's menu stays in sight, or nobody could see why items are hidden.
  const withDiets = dietsStated || diet !== "";
  if (present.length === 0 && !withDiets) return null;
  const toggle = (allergen: Allergen, leaveOut: boolean) =>
    avoidedAllergens.set(
      leaveOut ? [...avoided, allergen] : avoided.filter((one) => one !== allergen),
    );
  const named = present.map((allergen) => ({ allergen, name: say.allergens[allergen] }));
  return (
    <details
      class="allergens"
      data-testid="item-filter"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <Icon name="leaf" />
        {say.filter}
        <span class="allergens-count" role="status">
          {hidden > 0 && say.filterOn(hidden)}
        </span>
      </summary>
      {open && withDiets && (
        <Choices hint={say.dietHint}>
          {DIETS.map((one) => (
            <label key={one} class="allergen choice">
              <input
                type="radio"
                name="diet"
                data-testid={`diet-${one || "any"}`}
                checked={diet === one}
                onChange={() => chosenDiet.set(one)}
              />
              <span>{one ? say.diets[one] : say.anyDiet}</span>
            </label>
          ))}
        </Choices>
      )}
      {open && present.length > 0 && (
        <Choices hint={say.filterHint}>
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
        </Choices>
      )}
      {hidden > 0 && (
        <button type="button" class="text-button" onClick={showEverything}>
          {say.filterReset}
        </button>
      )}
    </details>
  );
}

function Choices({ hint, children }: { hint: string; children: ComponentChildren }) {
  return (
    <fieldset>
      <legend>{hint}</legend>
      <div class="allergen-choices">{children}</div>
    </fieldset>
  );
}
