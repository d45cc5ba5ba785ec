// The items of a market's catalog by category, in two languages side by side, each with what it lacks.
import { useEffect, useRef, useState } from "preact/hooks";
import { languageName, useLanguage } from "../../i18n/language.ts";
import { permits } from "../session/grants.ts";
import { StaffFailure } from "../staff-failure.tsx";
import type { CatalogGiven } from "./catalog-given.ts";
import { useWording } from "./entry-names.ts";
import { nameOf } from "./item-edit.ts";
import { FILTERS, type Filter, groupsOf, isFilter, type Opened } from "./item-filter.ts";
import { ItemRow } from "./item-row.tsx";
import { LoneNotes } from "./lone-note.tsx";
import { NewItemForm } from "./new-item-form.tsx";
import { type ListedItem, useAllItems } from "./use-all-items.ts";

/** The filter that the address asks for, as a link from publishing does. */
const filterOfAddress = (): Filter => {
  const text = new URLSearchParams(location.search).get("show") ?? "";
  return isFilter(text) ? text : "all";
};

const openedOf = ({ itemId, draft: { category }, withdrawn }: ListedItem): Opened => ({
  itemId,
  category,
  withdrawn,
});

export function ItemsView(given: CatalogGiven) {
  const { staff, texts, catalog, refresh } = given;
  const { code } = useLanguage();
  const all = useAllItems(catalog.market, staff.send);
  const [filter, setFilter] = useState<Filter>(filterOfAddress);
  const [search, setSearch] = useState("");
  const [beside, setBeside] = useState(
    () => [code, ...catalog.locales].find((one) => one !== catalog.locale) ?? catalog.locale,
  );
  const [open, setOpen] = useState<Opened>();
  const mayEdit = permits(staff.roles, "EDIT_CATALOG", { market: catalog.market });
  const wording = useWording(given);
  const [adding, setAdding] = useState(false);
  const addButton = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  /** The id of an item that was just made, until it is in the list. */
  const [made, setMade] = useState<string>();
  useEffect(() => {
    if (made === undefined || !all.items?.some(({ itemId }) => itemId === made)) return;
    setMade(undefined);
    const row = list.current?.querySelector(`[data-item="${made}"]`);
    row?.scrollIntoView({ block: "start" });
    row?.querySelector<HTMLElement>("[data-testid=edit-item]")?.focus({ preventScroll: true });
  }, [made, all.items]);
  const { categories } = catalog;
  const groups = groupsOf(
    all.items ?? [],
    { filter, search, open },
    { categories, noCategory: texts.noCategory, withdrawn: texts.withdrawnItems },
    code,
    catalog.locale,
  );
  return (
    <>
      <div class="stock-tools">
        <label class="staff-label">
          {texts.search}
          <input
            class="staff-field"
            type="search"
            data-testid="catalog-search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        <label class="staff-label">
          {texts.beside}
          <select
            class="staff-field"
            data-testid="beside"
            value={beside}
            onChange={(event) => setBeside(event.currentTarget.value)}
          >
            {catalog.locales
              .filter((one) => one !== catalog.locale)
              .map((one) => (
                <option key={one} value={one}>
                  {languageName(one, code)}
                </option>
              ))}
          </select>
        </label>
        <fieldset class="stock-filters">
          <legend>{texts.show}</legend>
          {FILTERS.map((one) => (
            <label key={one} class="stock-filter">
              <input
                type="radio"
                name="catalog-filter"
                value={one}
                data-testid={`filter-${one}`}
                checked={filter === one}
                onChange={() => setFilter(one)}
              />
              {texts.filters[one]}
            </label>
          ))}
        </fieldset>
      </div>
      {mayEdit && (
        <LoneNotes
          {...given}
          open={open?.itemId}
          nameOf={(itemId) => {
            const item = all.items?.find((one) => one.itemId === itemId);
            return (item && nameOf(item.draft.names, code, catalog.locale)) || itemId;
          }}
        />
      )}
      {mayEdit && all.items && !adding && (
        <p class="office-acts">
          <button
            ref={addButton}
            type="button"
            class="button button-quiet"
            data-testid="add-item"
            onClick={() => setAdding(true)}
          >
            {texts.newItem}
          </button>
          <span role="status">{made !== undefined && texts.saved}</span>
        </p>
      )}
      {mayEdit && all.items && adding && (
        <NewItemForm
          {...given}
          wording={wording}
          taken={all.items.map(({ itemId }) => itemId)}
          onCancel={() => {
            setAdding(false);
            setTimeout(() => addButton.current?.focus());
          }}
          onMade={(itemId, category) => {
            setAdding(false);
            setFilter("all");
            setSearch("");
            setOpen({ itemId, category, withdrawn: false });
            setMade(itemId);
            all.refresh();
            refresh();
          }}
        />
      )}
      {!all.items && !all.failure && (
        <p class="on-its-way" role="status">
          {texts.loading}
        </p>
      )}
      {!all.items && all.failure && <StaffFailure failure={all.failure} retry={all.refresh} />}
      {all.items && groups.length === 0 && <p role="status">{texts.noItems}</p>}
      <div ref={list}>
        {groups.map(({ id, name, items }) => (
          <section key={id} class="catalog-group" aria-label={name}>
            <h2>{name}</h2>
            <ul class="catalog-items">
              {items.map((item) => (
                <ItemRow
                  key={item.itemId}
                  {...given}
                  item={item}
                  beside={beside}
                  wording={wording}
                  mayEdit={mayEdit}
                  open={open?.itemId === item.itemId}
                  onOpen={(wanted) => setOpen(wanted ? openedOf(item) : undefined)}
                  onSaved={() => {
                    all.refresh();
                    refresh();
                  }}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
