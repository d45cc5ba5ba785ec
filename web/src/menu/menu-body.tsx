// The menu by category: search within it, what the reader leaves out, favorites.
import { useMemo, useState } from "preact/hooks";
import { localeIn } from "../formatting/address.ts";
import type { Allergen } from "../generated/operations.ts";
import { languageName, useLanguage } from "../i18n/language.ts";
import { CartBar } from "../orders/cart-bar.tsx";
import { avoidedAllergens, chosenDiet, favoriteItems, onlyFavorites } from "../preferences.ts";
import { EmptyNotice } from "../shell/notice.tsx";
import { focusMain } from "../shell/use-kept-focus.ts";
import { useCell } from "../use-cell.ts";
import { CategoryNav } from "./category-nav.tsx";
import { ItemFilter, showEverything } from "./item-filter.tsx";
import { MenuCategory } from "./menu-category.tsx";
import type { Menu } from "./menu-data.ts";
import { filterMenu } from "./menu-filter.ts";
import { MenuSearch } from "./menu-search.tsx";
import { useDrawnItems } from "./use-drawn-items.ts";

export function MenuBody({ menu }: { menu: Menu }) {
  const { say } = useLanguage();
  const avoided = useCell(avoidedAllergens);
  const diet = useCell(chosenDiet);
  const favorites = useCell(favoriteItems);
  const wantsFavorites = useCell(onlyFavorites);
  const [text, setText] = useState("");
  const present = useMemo(() => allergensOf(menu), [menu]);
  const dietsStated = useMemo(() => itemsOf(menu).some((item) => item.diet !== null), [menu]);
  const liked = useMemo(() => {
    const kept = new Set(favorites);
    return new Set(itemsOf(menu).flatMap(({ id }) => (kept.has(id) ? [id] : [])));
  }, [menu, favorites]);
  const only = wantsFavorites && liked.size > 0 ? liked : undefined;
  const { categories, hidden } = useMemo(
    () => filterMenu(menu, { text, avoided, diet, only }),
    [menu, text, avoided, diet, only],
  );
  const locale = localeIn(menu.locale, menu.store.market.id);
  const { id: storeId, name: storeName } = menu.store;
  const store = useMemo(
    () => ({ storeId, storeName, currency: menu.currency }),
    [storeId, storeName, menu.currency],
  );
  let count = 0;
  // How many items stand before each category.
  const before = categories.map(({ items }) => {
    count += items.length;
    return count - items.length;
  });
  const drawn = useDrawnItems(count);
  if (menu.categories.length === 0) {
    return (
      <EmptyNotice>
        <p>{say.emptyMenu}</p>
      </EmptyNotice>
    );
  }
  return (
    <>
      <CategoryNav categories={categories} locale={menu.locale} />
      <div class="wide menu" aria-busy={drawn < count}>
        <div class="menu-tools">
          <MenuSearch text={text} onChange={setText} />
          {liked.size > 0 && (
            <label class="allergen choice">
              <input
                type="checkbox"
                data-testid="only-favorites"
                checked={wantsFavorites}
                onChange={(event) => onlyFavorites.set(event.currentTarget.checked)}
              />
              <span>{say.onlyFavorites}</span>
            </label>
          )}
          <ItemFilter
            present={present}
            avoided={avoided}
            dietsStated={dietsStated}
            diet={diet}
            hidden={hidden}
          />
          <LanguageHint menuLocale={menu.locale} />
        </div>
        <p class="visually-hidden" role="status">
          {text.trim() && say.pieces(count)}
        </p>
        {categories.map((category, at) => (
          <MenuCategory
            key={category.id}
            category={category}
            language={menu.locale}
            locale={locale}
            store={store}
            liked={liked}
            drawn={Math.min(Math.max(drawn - (before[at] ?? 0), 0), category.items.length)}
            inSight={at === 0 ? IN_SIGHT : 0}
          />
        ))}
        {categories.length === 0 && (
          <EmptyNotice>
            <p>{hidden > 0 || !text ? say.emptyFiltered : say.noItemsMatch(text.trim())}</p>
            <button
              type="button"
              class="button"
              onClick={() => {
                // The button goes with the message: the focus must not fall out of the page.
                focusMain();
                setText("");
                showEverything();
                onlyFavorites.set(false);
              }}
            >
              {say.filterReset}
            </button>
          </EmptyNotice>
        )}
      </div>
      <CartBar storeId={storeId} locale={locale} />
    </>
  );
}

/** Pictures that a wide window shows before anybody scrolls. */
const IN_SIGHT = 4;

/** That the store has its menu in another language only than the one of the interface. */
function LanguageHint({ menuLocale }: { menuLocale: string }) {
  const { say, code } = useLanguage();
  const spoken = menuLocale.split("-")[0] ?? menuLocale;
  if (spoken === code) return null;
  return <p class="language-hint">{say.menuIn(languageName(spoken, code))}</p>;
}

const itemsOf = (menu: Menu) => menu.categories.flatMap(({ items }) => items);

const allergensOf = (menu: Menu): Allergen[] =>
  [...new Set(itemsOf(menu).flatMap((item) => item.allergens))].sort();
