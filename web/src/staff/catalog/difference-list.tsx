// What differs for guests between two catalogs: items that come, go and change, with both values.

import type { CatalogDifferenceQuery } from "../../generated/catalog.ts";
import { ItemPicture } from "../../menu/item-picture.tsx";
import { ShowMore } from "../show-more.tsx";
import type { Pages } from "../use-pages.ts";
import type { CatalogGiven } from "./catalog-given.ts";
import { aspectName, valueText, type Wording } from "./entry-names.ts";
import { nameOf } from "./item-edit.ts";

type Connection = CatalogDifferenceQuery["catalogDifference"];
/** With the items of all pages that are shown. */
export type Difference = Omit<Connection, "edges"> & { edges: readonly Connection["edges"][0][] };
type ItemDifference = CatalogDifferenceQuery["catalogDifference"]["edges"][0]["node"];

/** Of an added item only these: it has nothing that it could differ from. */
const OF_ADDED = ["PRICE", "CATEGORY", "ALLERGENS", "DIET"];

interface Given extends Pick<CatalogGiven, "texts" | "catalog"> {
  difference: Difference;
  wording: Wording;
  /** The pages of its items. */
  list: Omit<Pages<unknown, unknown>, "first" | "edges">;
}

export const isNothing = ({
  totalCount,
  categories,
  reordered,
}: Pick<Difference, "totalCount" | "categories" | "reordered">): boolean =>
  totalCount === 0 && categories.length === 0 && !reordered;

export function DifferenceList({ difference, texts, catalog, wording, list }: Given) {
  const { code } = wording;
  const written = (n: number) => n.toLocaleString(code);
  if (isNothing(difference)) return <p data-testid="no-difference">{texts.nothingChanges}</p>;
  const { addedCount, changedCount, withdrawnCount, priceCount, allergenCount } = difference;
  return (
    <div class="catalog-difference" data-testid="difference">
      <ul class="catalog-marks">
        {addedCount > 0 && (
          <li class="catalog-mark catalog-added">
            {texts.kinds.ADDED}: {written(addedCount)}
          </li>
        )}
        {changedCount > 0 && (
          <li class="catalog-mark catalog-changed">
            {texts.kinds.CHANGED}: {written(changedCount)}
          </li>
        )}
        {withdrawnCount > 0 && (
          <li class="catalog-mark catalog-withdrawn">
            {texts.kinds.WITHDRAWN}: {written(withdrawnCount)}
          </li>
        )}
        {priceCount > 0 && <li class="catalog-mark">{texts.priceCount(written(priceCount))}</li>}
        {allergenCount > 0 && (
          <li class="catalog-mark catalog-lacking">
            {texts.allergenCount(written(allergenCount))}
          </li>
        )}
      </ul>
      {difference.reordered && <p>{texts.reordered}</p>}
      <ul class="office-list">
        {difference.edges.map(({ node }) => (
          <ItemCard key={node.itemId} node={node} market={catalog.locale} wording={wording} />
        ))}
        {difference.categories.map((one) => (
          <li key={one.id} class="catalog-diff">
            <h3>
              {texts.aspects.CATEGORY}: {wording.categories[one.id] ?? one.id}
              <span class={`catalog-mark catalog-${one.kind.toLowerCase()}`}>
                {texts.kinds[one.kind]}
              </span>
            </h3>
            <Changes
              changes={one.names.map((name) => ({ ...name, aspect: "NAME" as const }))}
              wording={wording}
            />
          </li>
        ))}
      </ul>
      <ShowMore list={list} texts={texts} />
    </div>
  );
}

function ItemCard(given: { node: ItemDifference; market: string; wording: Wording }) {
  const { node, market, wording } = given;
  const { texts, code } = wording;
  const changes =
    node.kind === "ADDED"
      ? node.fields.filter(({ aspect }) => OF_ADDED.includes(aspect))
      : node.fields;
  return (
    <li
      class="catalog-diff"
      data-testid="item-difference"
      data-item={node.itemId}
      data-kind={node.kind}
    >
      <h3>
        {nameOf(node.names, code, market) || node.itemId}
        <span class={`catalog-mark catalog-${node.kind.toLowerCase()}`}>
          {texts.kinds[node.kind]}
        </span>
      </h3>
      <Changes changes={changes} wording={wording} />
    </li>
  );
}

interface ChangesGiven {
  changes: readonly Omit<ItemDifference["fields"][0], "__typename">[];
  wording: Wording;
}

function Changes({ changes, wording }: ChangesGiven) {
  if (changes.length === 0) return null;
  return (
    <dl class="office-facts catalog-changes">
      {changes.map(({ aspect, locale, before, after }) => (
        <div key={`${aspect} ${locale}`} data-aspect={aspect}>
          <dt>{aspectName(aspect, locale, wording)}</dt>
          <dd>
            {before !== "null" && (
              <>
                <Pictured aspect={aspect} json={before} />
                <del>{valueText(aspect, before, wording)}</del> <span aria-hidden="true">
                  →
                </span>{" "}
              </>
            )}
            <Pictured aspect={aspect} json={after} />
            <ins>{valueText(aspect, after, wording)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A picture, small, before its address. */
function Pictured({ aspect, json }: { aspect: string; json: string }) {
  const address: unknown = aspect === "IMAGE_URL" ? JSON.parse(json) : null;
  if (typeof address !== "string" || !address) return null;
  return (
    <span class="catalog-small-picture">
      <ItemPicture id="" name="" category="" address={address} />
    </span>
  );
}
