// One item of a menu: picture, name, price, what is in it, and whether there is any left.
import { formatMoney } from "../formatting/money.ts";
import { useLanguage } from "../i18n/language.ts";
import type { CartStore } from "../orders/cart.ts";
import { Stepper } from "../orders/stepper.tsx";
import { MOST_FAVORITE_ITEMS, toggleFavoriteItem } from "../preferences.ts";
import { itemPath } from "../routing.ts";
import { FavoriteButton } from "../shell/favorite-button.tsx";
import { memo } from "../shell/memo.ts";
import { ItemPicture } from "./item-picture.tsx";
import type { MenuItem } from "./menu-data.ts";

interface Given {
  item: MenuItem;
  category: string;
  /** The menu's language in the store's country. */
  locale: string;
  store: CartStore;
  favorite: boolean;
  /** Whether it is in sight when the page opens. */
  first: boolean;
}

export const ItemCard = memo(function ItemCard(given: Given) {
  const { item, category, locale, store, favorite, first } = given;
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
        <ItemPicture
          id={item.id}
          name={item.name}
          category={category}
          address={item.imageUrl}
          first={first}
        />
        <FavoriteButton
          name={item.name}
          kept={favorite}
          most={MOST_FAVORITE_ITEMS}
          onToggle={(mayReplace) => toggleFavoriteItem(item.id, mayReplace)}
        />
        {availability !== "AVAILABLE" && (
          <span class="availability" data-testid="item-availability">
            {availability === "LOW" ? say.low : say.soldOut}
          </span>
        )}
      </div>
      <div class="item-text">
        <div class="item-head">
          <h3 lang={locale}>
            <a class="item-link" href={itemPath(store.storeId, item.id)}>
              {item.name}
            </a>
          </h3>
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
          {item.diet && <span class="item-diet">{say.diets[item.diet]}</span>}
          {item.calories !== null && (
            <span>{say.calories(item.calories.toLocaleString(code))}</span>
          )}
          <span>
            {item.allergens.length === 0
              ? say.noAllergens
              : say.contains(item.allergens.map((a) => say.allergens[a]).join(", "))}
          </span>
        </p>
        <Stepper
          store={store}
          item={{ itemId: item.id, name: item.name, priceMinor: item.price.amountMinor }}
          none={availability === "SOLD_OUT"}
        />
      </div>
    </article>
  );
});
