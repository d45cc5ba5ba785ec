// A category of a menu: its name, and its items as far as they are drawn.
import type { CartStore } from "../orders/cart.ts";
import { memo } from "../shell/memo.ts";
import { ItemCard } from "./item-card.tsx";
import type { Menu } from "./menu-data.ts";

interface Given {
  category: Menu["categories"][0];
  /** The menu's language. */
  language: string;
  /** The menu's language in the store's country. */
  locale: string;
  store: CartStore;
  /** Ids of the items that the guest likes. */
  liked: ReadonlySet<string>;
  /** How many of its items are drawn; the others keep their room. */
  drawn: number;
  /** How many of its items are in sight when the page opens. */
  inSight: number;
}

export const MenuCategory = memo(function MenuCategory(given: Given) {
  const { category, language, locale, store, liked, drawn, inSight } = given;
  const { id, name, items } = category;
  return (
    <section
      id={id}
      class="menu-category"
      data-testid="menu-category"
      aria-labelledby={`${id}-name`}
    >
      <h2 id={`${id}-name`} lang={language}>
        {name}
      </h2>
      <ul class="menu-items">
        {items.map((item, place) =>
          place < drawn ? (
            <li key={item.id}>
              <ItemCard
                item={item}
                category={id}
                locale={locale}
                store={store}
                favorite={liked.has(item.id)}
                first={place < inSight}
              />
            </li>
          ) : (
            <li key={item.id} class="item-to-come" />
          ),
        )}
      </ul>
    </section>
  );
});
