// One item of a menu: picture, name, price, what is in it, and whether there is any left.
import { formatMoney } from "../formatting/money.ts";
import { useLanguage } from "../i18n/language.ts";
import { ItemPicture } from "./item-picture.tsx";
import type { MenuItem } from "./menu-data.ts";

interface Given {
  item: MenuItem;
  category: string;
  /** The menu's language in the store's country. */
  locale: string;
}

export function ItemCard({ item, category, locale }: Given) {
  const { say, code } = useLanguage();
  const { availability } = item;
  return (
    <article
      class={`item item-${availability.toLowerCase().replace("_", "-")}`}
      data-testid="menu-item"
      data-item={item.id}
      data-availability={availability}
    >
      <div class="item-picture">
        <ItemPicture id={item.id} name={item.name} category={category} address={item.imageUrl} />
        {availability !== "AVAILABLE" && (
          <span class="availability" data-testid="item-availability">
            {availability === "LOW" ? say.low : say.soldOut}
          </span>
        )}
      </div>
      <div class="item-text">
        <div class="item-head">
          <h3 lang={locale}>{item.name}</h3>
          <p class="item-price" data-testid="item-price">
            {formatMoney(item.price.amountMinor, item.price.currency, locale)}
          </p>
        </div>
        {item.description && (
          <p class="item-description" lang={locale}>
            {item.description}
          </p>
        )}
        <p class="item-facts">
          {item.calories !== null && (
            <span>{say.calories(item.calories.toLocaleString(code))}</span>
          )}
          <span>
            {item.allergens.length === 0
              ? say.noAllergens
              : say.contains(item.allergens.map((a) => say.allergens[a]).join(", "))}
          </span>
        </p>
      </div>
    </article>
  );
}
