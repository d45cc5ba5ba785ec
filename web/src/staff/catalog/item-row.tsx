// One item in the list of a catalog: both languages, what it lacks, the price beside the published one.
import { useId } from "preact/hooks";
import { formatMoney } from "../../formatting/money.ts";
import { languageName } from "../../i18n/language.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { draftKey, useIsDrafted } from "./drafts.ts";
import type { Wording } from "./entry-names.ts";
import { nameOf, textIn } from "./item-edit.ts";
import { ItemEditor } from "./item-editor.tsx";
import { untranslatedIn } from "./item-filter.ts";
import type { ListedItem } from "./use-all-items.ts";

interface Given extends CatalogGiven {
  item: ListedItem;
  /** The second language. */
  beside: string;
  wording: Wording;
  mayEdit: boolean;
  open: boolean;
  onOpen: (open: boolean) => void;
  onSaved: () => void;
}

export function ItemRow(given: Given) {
  const { item, staff, catalog, beside, texts, wording, mayEdit, open, onOpen } = given;
  const { code, locale, currency } = wording;
  const editor = useId();
  const drafted = useIsDrafted(draftKey(staff.id, catalog.market, item.itemId));
  const name = nameOf(item.draft.names, code, catalog.locale) || item.itemId;
  const money = (price: { amountMinor: number } | null | undefined) =>
    price ? formatMoney(price.amountMinor, currency, locale) : texts.none;
  const lacking = item.withdrawn ? [] : untranslatedIn(item);
  const repriced =
    item.published && item.published.price?.amountMinor !== item.draft.price?.amountMinor;
  return (
    <li
      class="catalog-item"
      data-testid="catalog-item"
      data-item={item.itemId}
      data-change={item.change ?? ""}
    >
      <div class="catalog-row">
        {[catalog.locale, beside].map((language) => (
          <TextsIn key={language} item={item} language={language} texts={texts} code={code} />
        ))}
        <p class="catalog-price">
          <b>{money(item.draft.price)}</b>
          {repriced && <small>{texts.published(money(item.published?.price))}</small>}
        </p>
        <button
          type="button"
          class="button button-quiet"
          data-testid="edit-item"
          aria-expanded={open}
          aria-controls={editor}
          onClick={() => onOpen(!open)}
        >
          {open ? texts.close : mayEdit ? texts.edit : texts.details}
          <span class="visually-hidden"> {name}</span>
        </button>
      </div>
      <ul class="catalog-marks">
        {drafted && <li class="catalog-mark catalog-unsaved">{texts.notSaved}</li>}
        {item.change && (
          <li class={`catalog-mark catalog-${item.change.toLowerCase()}`}>
            {texts.kinds[item.change]}
          </li>
        )}
        {item.missing.map((one) => (
          <li key={one} class="catalog-mark catalog-lacking">
            {texts.lacks[one]}
          </li>
        ))}
        {lacking.length > 0 && (
          <li class="catalog-mark catalog-untranslated">
            {texts.missingIn(lacking.map((one) => languageName(one, code)).join(", "))}
          </li>
        )}
      </ul>
      <div id={editor}>{open && <ItemEditor {...given} itemId={item.itemId} name={name} />}</div>
    </li>
  );
}

interface TextsGiven {
  item: ListedItem;
  language: string;
  texts: CatalogGiven["texts"];
  code: string;
}

function TextsIn({ item, language, texts, code }: TextsGiven) {
  const name = textIn(item.draft.names, language);
  const description = textIn(item.draft.descriptions, language);
  return (
    <div class="catalog-texts">
      <small class="catalog-language">{languageName(language, code)}</small>
      {name ? <b lang={language}>{name}</b> : <b class="catalog-absent">{texts.notTranslated}</b>}
      {description ? (
        <p lang={language}>{description}</p>
      ) : (
        item.draft.descriptions.length > 0 && <p class="catalog-absent">{texts.notTranslated}</p>
      )}
    </div>
  );
}
