// The statement of an item's allergens: those that it contains, or that it contains none.
import { useId } from "preact/hooks";
import type { Allergen } from "../../generated/catalog.ts";
import type { FieldGiven } from "./field-given.ts";
import { shownAllergens } from "./item-edit.ts";

export function AllergenFields({ item, texts, wording, typed, type, wrong }: FieldGiven) {
  const { say, code } = wording;
  const hint = useId();
  const isWrong = wrong.includes("allergens");
  const stated = shownAllergens(item, typed);
  const names = (ones: readonly Allergen[]) =>
    ones.length > 0 ? ones.map((one) => say.allergens[one]).join(", ") : texts.noneOfThese;
  const before = item.published?.allergens ?? null;
  const differs = before !== null && names(before) !== names(item.draft.allergens ?? []);
  const all = (Object.keys(say.allergens) as Allergen[]).sort((a, b) =>
    say.allergens[a].localeCompare(say.allergens[b], code),
  );
  const tick = (one: Allergen, on: boolean) => {
    const others = (stated ?? []).filter((other) => other !== one);
    const next = on ? [...others, one] : others;
    type({ allergens: next.length > 0 ? next : null });
  };
  return (
    <fieldset class="catalog-allergens" aria-describedby={hint} data-testid="item-allergens">
      <legend>{texts.aspects.ALLERGENS}</legend>
      <p id={hint}>
        {stated === null && (
          <span class={isWrong ? "stock-wrong" : "catalog-absent"}>{texts.notStated}</span>
        )}
        {differs && <small>{texts.published(names(before))}</small>}
      </p>
      <div class="catalog-ticks">
        {all.map((one) => (
          <label key={one} class="catalog-check">
            <input
              type="checkbox"
              value={one}
              aria-invalid={isWrong}
              checked={stated?.includes(one) ?? false}
              onChange={(event) => tick(one, event.currentTarget.checked)}
            />
            {say.allergens[one]}
          </label>
        ))}
        <label class="catalog-check catalog-check-none">
          <input
            type="checkbox"
            value="NONE"
            aria-invalid={isWrong}
            checked={stated !== null && stated.length === 0}
            onChange={(event) => type({ allergens: event.currentTarget.checked ? [] : null })}
          />
          {texts.noneOfThese}
        </label>
      </div>
    </fieldset>
  );
}
