// The menu by category, less what the reader leaves out.
import { useMemo } from "preact/hooks";
import { localeIn } from "../formatting/address.ts";
import type { Allergen } from "../generated/operations.ts";
import { isLanguage, LANGUAGE_NAMES, languageName, useLanguage } from "../i18n/language.ts";
import { CartBar } from "../orders/cart-bar.tsx";
import { avoidedAllergens, chosenLocale } from "../preferences.ts";
import { EmptyNotice } from "../shell/notice.tsx";
import { useCell } from "../use-cell.ts";
import { AllergenFilter } from "./allergen-filter.tsx";
import { CategoryNav } from "./category-nav.tsx";
import { ItemCard } from "./item-card.tsx";
import type { Menu } from "./menu-data.ts";

export function MenuBody({ menu }: { menu: Menu }) {
  const { say } = useLanguage();
  const avoided = useCell(avoidedAllergens);
  const { categories, hidden } = useMemo(() => withoutAllergens(menu, avoided), [menu, avoided]);
  const present = useMemo(() => allergensOf(menu), [menu]);
  const locale = localeIn(menu.locale, menu.store.market.id);
  const { id: storeId, name: storeName } = menu.store;
  const store = { storeId, storeName, currency: menu.currency };
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
      <div class="wide menu">
        <div class="menu-tools">
          <AllergenFilter present={present} avoided={avoided} hidden={hidden} />
          <LanguageHint menuLocale={menu.locale} />
        </div>
        {categories.map((category, at) => (
          <section
            key={category.id}
            id={category.id}
            class="menu-category"
            data-testid="menu-category"
            aria-labelledby={`${category.id}-name`}
          >
            <h2 id={`${category.id}-name`} lang={menu.locale}>
              {category.name}
            </h2>
            <ul class="menu-items">
              {category.items.map((item, place) => (
                <li key={item.id}>
                  <ItemCard
                    item={item}
                    category={category.id}
                    locale={locale}
                    store={store}
                    first={at === 0 && place < IN_SIGHT}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {categories.length === 0 && (
          <EmptyNotice>
            <p>{say.emptyFiltered}</p>
            <button type="button" class="button" onClick={() => avoidedAllergens.set([])}>
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

/** Why the menu is not in the language of the interface, and how to have it so. */
function LanguageHint({ menuLocale }: { menuLocale: string }) {
  const { say, code } = useLanguage();
  const spoken = menuLocale.split("-")[0] ?? menuLocale;
  if (spoken === code || !isLanguage(code)) return null;
  return (
    <p class="language-hint">
      {say.menuIn(languageName(spoken, code))}{" "}
      <button type="button" class="text-button" onClick={() => chosenLocale.set(code)}>
        {say.showIn(languageName(code, code) || LANGUAGE_NAMES[code])}
      </button>
    </p>
  );
}

function withoutAllergens(menu: Menu, avoided: readonly string[]) {
  let hidden = 0;
  const categories = menu.categories.map((category) => {
    const items = category.items.filter((item) => !item.allergens.some((a) => avoided.includes(a)));
    hidden += category.items.length - items.length;
    return { ...category, items };
  });
  return { categories: categories.filter(({ items }) => items.length > 0), hidden };
}

function allergensOf(menu: Menu): Allergen[] {
  const items = menu.categories.flatMap((category) => category.items);
  return [...new Set(items.flatMap((item) => item.allergens))].sort();
}
