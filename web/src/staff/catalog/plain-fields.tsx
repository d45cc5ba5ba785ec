// Price, calories, category and picture of an item, each beside what is published.

import { useId } from "preact/hooks";
import { formatMoney } from "../../formatting/money.ts";
import type { Diet } from "../../generated/catalog.ts";
import { MOST_CALORIES } from "../../generated/limits.ts";
import { examplePrice } from "../prices/price-changes.ts";
import type { FieldGiven } from "./field-given.ts";
import { writtenPrice } from "./item-edit.ts";
import { PictureField } from "./picture-field.tsx";

export function PlainFields(given: FieldGiven & { mayEdit: boolean }) {
  const { item, catalog, texts, wording, typed, type, digits, wrong } = given;
  const { say, code, locale, currency } = wording;
  const { draft, published } = item;
  const hint = useId();
  const money = (content: typeof draft) =>
    content.price ? formatMoney(content.price.amountMinor, currency, locale) : texts.none;
  const category = (id: string | null) =>
    id === null ? texts.none : (wording.categories[id] ?? id);
  const diet = (one: Diet | null) => (one === null ? texts.none : say.diets[one]);
  return (
    <div class="catalog-plain">
      <label class="staff-label">
        {texts.aspects.PRICE} ({currency})
        <input
          class="staff-field"
          inputMode="decimal"
          autocomplete="off"
          data-testid="item-price"
          aria-invalid={wrong.includes("price")}
          aria-describedby={`${hint}-price`}
          value={typed.price ?? writtenPrice(draft, digits)}
          onInput={(event) => type({ price: event.currentTarget.value })}
        />
        <small id={`${hint}-price`} class={wrong.includes("price") ? "stock-wrong" : undefined}>
          {wrong.includes("price")
            ? texts.wrongPrice(examplePrice(digits))
            : published &&
              published.price?.amountMinor !== draft.price?.amountMinor &&
              texts.published(money(published))}
        </small>
      </label>
      <label class="staff-label">
        {texts.aspects.CALORIES}
        <input
          class="staff-field"
          inputMode="numeric"
          autocomplete="off"
          data-testid="item-calories"
          aria-invalid={wrong.includes("calories")}
          aria-describedby={`${hint}-calories`}
          value={typed.calories ?? draft.calories ?? ""}
          onInput={(event) => type({ calories: event.currentTarget.value })}
        />
        <small
          id={`${hint}-calories`}
          class={wrong.includes("calories") ? "stock-wrong" : undefined}
        >
          {wrong.includes("calories")
            ? texts.wrongCalories(MOST_CALORIES.toLocaleString(code))
            : published &&
              published.calories !== draft.calories &&
              texts.published(published.calories?.toLocaleString(code) ?? texts.none)}
        </small>
      </label>
      <label class="staff-label">
        {texts.aspects.CATEGORY}
        <select
          class="staff-field"
          data-testid="item-category"
          value={typed.category ?? draft.category ?? ""}
          onChange={(event) => type({ category: event.currentTarget.value })}
        >
          {!draft.category && <option value="">{texts.none}</option>}
          {draft.category && !catalog.categories.some(({ id }) => id === draft.category) && (
            <option value={draft.category}>{draft.category}</option>
          )}
          {catalog.categories.map(({ id }) => (
            <option key={id} value={id}>
              {category(id)}
            </option>
          ))}
        </select>
        <small>
          {published &&
            published.category !== draft.category &&
            texts.published(category(published.category))}
        </small>
      </label>
      <label class="staff-label">
        {texts.aspects.DIET}
        <select
          class="staff-field"
          data-testid="item-diet"
          value={typed.diet ?? draft.diet ?? ""}
          onChange={(event) => type({ diet: event.currentTarget.value as Diet | "" })}
        >
          <option value="">{texts.none}</option>
          {(Object.keys(say.diets) as Diet[]).map((one) => (
            <option key={one} value={one}>
              {say.diets[one]}
            </option>
          ))}
        </select>
        <small>
          {published && published.diet !== draft.diet && texts.published(diet(published.diet))}
        </small>
      </label>
      <PictureField {...given} />
    </div>
  );
}
