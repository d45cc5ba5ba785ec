// One item of a store with an address of its own: picture, price, what is in it, ordering and sharing it.
import { useState } from "preact/hooks";
import { localeIn } from "../formatting/address.ts";
import { formatMoney } from "../formatting/money.ts";
import { useLanguage } from "../i18n/language.ts";
import { ItemPicture } from "../menu/item-picture.tsx";
import { KeptNotice } from "../menu/kept-notice.tsx";
import type { Menu, MenuItem } from "../menu/menu-data.ts";
import { MenuSkeleton } from "../menu/menu-skeleton.tsx";
import { menuItemOf } from "../menu/store-data.ts";
import { useMenu } from "../menu/use-menu.ts";
import { favoriteItems, MOST_FAVORITE_ITEMS, toggleFavoriteItem } from "../preferences.ts";
import { itemPath, storePath } from "../routing.ts";
import { FavoriteButton } from "../shell/favorite-button.tsx";
import { Icon } from "../shell/icon.tsx";
import { EmptyNotice, FailureNotice } from "../shell/notice.tsx";
import { usePageHead } from "../shell/page-head.ts";
import { useCell } from "../use-cell.ts";
import { CartBar } from "./cart-bar.tsx";
import { Stepper } from "./stepper.tsx";
import type { OrderTexts } from "./texts/order-texts.ts";
import { useOrderTexts } from "./texts/use-order-texts.ts";

export function ItemPage({ id, itemId }: { id: string; itemId: string }) {
  const texts = useOrderTexts();
  const { say } = useLanguage();
  const { data, failure, kept, reload } = useMenu(id);
  const menu = data?.menu;
  const category = menu?.categories.find(({ items }) => items.some((one) => one.id === itemId));
  const item = category?.items.find((one) => one.id === itemId);
  usePageHead({
    // Only an answer says that there is no such item.
    title:
      item && menu
        ? `${item.name} · ${menu.store.name}`
        : data && texts
          ? texts.itemNotFound
          : say.menu,
    early: !data,
    description: item?.description ?? undefined,
    path: data && !item ? undefined : itemPath(id, itemId),
    picture: item?.imageUrl,
    data: item && menuItemOf(item),
  });
  if (!texts) return <MenuSkeleton />;
  if (menu && item && category) {
    return (
      <>
        <KeptNotice kept={kept} />
        <Item menu={menu} item={item} category={category.id} texts={texts} />
      </>
    );
  }
  if (failure) {
    return (
      <div class="wide lone-notice">
        <FailureNotice failure={failure} retry={reload} />
      </div>
    );
  }
  if (!data) return <MenuSkeleton text={say.loadingMenu} />;
  return (
    <div class="wide lone-notice" data-testid="item-not-found">
      <EmptyNotice>
        <h1>{texts.itemNotFound}</h1>
        <a class="button" href={storePath(id)}>
          {texts.toMenu}
        </a>
      </EmptyNotice>
    </div>
  );
}

interface Given {
  menu: Menu;
  item: MenuItem;
  category: string;
  texts: OrderTexts;
}

function Item({ menu, item, category, texts }: Given) {
  const { say, code } = useLanguage();
  const { store } = menu;
  const locale = localeIn(menu.locale, store.market.id);
  const { availability, price } = item;
  return (
    <article class="wide order-page item-page" data-testid="item-page">
      <a class="back-link" href={`${storePath(store.id)}#${category}`}>
        <Icon name="back" />
        {store.name}
      </a>
      <div class="item-page-row">
        <div class="item-page-picture">
          <ItemPicture
            id={item.id}
            name={item.name}
            category={category}
            address={item.imageUrl}
            first
            large
          />
        </div>
        <div class="item-page-text">
          <h1 lang={menu.locale}>{item.name}</h1>
          <p class="item-page-price">{formatMoney(price.amountMinor, price.currency, locale)}</p>
          {availability !== "AVAILABLE" && (
            <p class={`item-page-state item-page-${availability === "LOW" ? "low" : "sold-out"}`}>
              {availability === "LOW" ? say.low : say.soldOut}
            </p>
          )}
          {item.description && (
            <p class="item-page-description" lang={menu.locale}>
              {item.description}
            </p>
          )}
          <div class="item-page-acts">
            <Stepper
              store={{ storeId: store.id, storeName: store.name, currency: menu.currency }}
              item={{ itemId: item.id, name: item.name, priceMinor: price.amountMinor }}
              none={availability === "SOLD_OUT"}
            />
            <FavoriteButton
              name={item.name}
              kept={useCell(favoriteItems).includes(item.id)}
              most={MOST_FAVORITE_ITEMS}
              onToggle={(mayReplace) => toggleFavoriteItem(item.id, mayReplace)}
            />
            <Share name={item.name} texts={texts} />
          </div>
          {item.diet && <p class="item-diet">{say.diets[item.diet]}</p>}
          <h2>{texts.allergens}</h2>
          {item.allergens.length > 0 ? (
            <ul class="item-page-allergens">
              {item.allergens.map((allergen) => (
                <li key={allergen}>{say.allergens[allergen]}</li>
              ))}
            </ul>
          ) : (
            <p>{say.noAllergens}</p>
          )}
          <small>{texts.traces}</small>
          {item.calories !== null && (
            <>
              <h2>{texts.nutrition}</h2>
              <dl class="item-page-facts">
                <dt>{texts.energy}</dt>
                <dd>
                  {say.calories(item.calories.toLocaleString(code))} /{" "}
                  {Math.round(item.calories * KILOJOULES).toLocaleString(code)} kJ
                </dd>
              </dl>
            </>
          )}
        </div>
      </div>
      <CartBar storeId={store.id} locale={locale} />
    </article>
  );
}

/** Kilojoules of a kilocalorie (EU Regulation 1169/2011, Annex XIV). */
const KILOJOULES = 4.184;

function Share({ name, texts }: { name: string; texts: OrderTexts }) {
  const [copied, setCopied] = useState(false);
  const share = async () => {
    const url = location.origin + location.pathname;
    try {
      if (navigator.share) {
        await navigator.share({ title: name, url });
      } else {
        await navigator.clipboard.writeText(url);
        setCopied(true);
      }
    } catch {
      // The reader closed the sheet, or the browser refuses: the address bar has the link too.
    }
  };
  return (
    <>
      <button type="button" class="button button-quiet" data-testid="share" onClick={share}>
        <Icon name="share" />
        {texts.share}
      </button>
      <span role="status">{copied && texts.copied}</span>
    </>
  );
}
