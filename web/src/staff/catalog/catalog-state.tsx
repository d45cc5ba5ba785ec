// What is in force in a market, and how its draft stands.
import { useLanguage } from "../../i18n/language.ts";
import type { Staff } from "../account/staff.ts";
import { moment } from "../office/moment.ts";
import { personText } from "../person-text.ts";
import type { CatalogState } from "./catalog-given.ts";
import type { CatalogTexts } from "./texts/catalog-texts.ts";

interface Given {
  catalog: CatalogState;
  texts: CatalogTexts;
}

export function InForce({ catalog: { published }, staff, texts }: Given & { staff: Staff }) {
  const { code } = useLanguage();
  if (!published) return <p>{texts.neverPublished}</p>;
  const { author } = published;
  const who = author === null ? texts.unknownAuthor : personText(author, staff, texts);
  return (
    <p class="catalog-in-force" data-testid="in-force" data-version={published.version}>
      {texts.inForceSince(moment(published.at, code), who)}
      {published.rollback && ` (${texts.restored})`}
    </p>
  );
}

/** Whether publishing would change anything. */
export const isChanged = (catalog: CatalogState): boolean =>
  catalog.addedCount + catalog.changedCount + catalog.withdrawnCount > 0 || catalog.otherChanges;

export function StateFacts({ catalog, texts }: Given) {
  const { code } = useLanguage();
  const written = (n: number) => n.toLocaleString(code);
  const { addedCount, changedCount, withdrawnCount } = catalog;
  const counted = addedCount + changedCount + withdrawnCount;
  return (
    <ul class="catalog-facts" data-testid="catalog-facts">
      <li>{texts.itemCount(written(catalog.itemCount))}</li>
      {catalog.published && !isChanged(catalog) && (
        <li class="catalog-same">{texts.sameAsPublished}</li>
      )}
      {counted > 0 && (
        <li class="catalog-changed">
          {texts.changes(written(addedCount), written(changedCount), written(withdrawnCount))}
        </li>
      )}
      {counted === 0 && catalog.otherChanges && (
        <li class="catalog-changed">{texts.otherChanges}</li>
      )}
      {catalog.incompleteCount > 0 && (
        <li class="catalog-lacking">{texts.notReadyCount(written(catalog.incompleteCount))}</li>
      )}
      {catalog.withoutAllergensCount > 0 && (
        <li class="catalog-lacking">
          {texts.noStatementCount(written(catalog.withoutAllergensCount))}
        </li>
      )}
      {catalog.untranslatedCount > 0 && (
        <li class="catalog-untranslated">
          {texts.untranslatedCount(written(catalog.untranslatedCount))}
        </li>
      )}
    </ul>
  );
}
