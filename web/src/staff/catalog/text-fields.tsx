// Names and descriptions of an item, one row a language, with what is published where that differs.

import { useId } from "preact/hooks";
import { MOST_DESCRIPTION, MOST_ITEM_NAME } from "../../generated/limits.ts";
import { languageName } from "../../i18n/language.ts";
import type { FieldGiven } from "./field-given.ts";
import { shownText, textIn } from "./item-edit.ts";

export function TextFields({ item, catalog, texts, wording, typed, type }: FieldGiven) {
  const { code } = wording;
  // The market's own language first; then those of the site, then what else there is.
  const written = [...item.draft.names, ...item.draft.descriptions].map(({ locale }) => locale);
  const locales = [...new Set([catalog.locale, ...catalog.locales, ...written])];
  const set = (entry: string, text: string) => type({ texts: { ...typed.texts, [entry]: text } });
  return (
    <table class="stock-table catalog-languages">
      <thead>
        <tr>
          <th scope="col">{texts.language}</th>
          <th scope="col">{texts.aspects.NAME}</th>
          <th scope="col">{texts.aspects.DESCRIPTION}</th>
        </tr>
      </thead>
      <tbody>
        {locales.map((locale) => (
          <tr key={locale} class="stock-row" data-locale={locale}>
            <th scope="row">{languageName(locale, code)}</th>
            <td>
              <TextField
                long={false}
                label={`${texts.aspects.NAME}, ${languageName(locale, code)}`}
                locale={locale}
                text={shownText(item, typed, "names", locale)}
                absent={texts.notTranslated}
                before={
                  item.published && before(item.published.names, item.draft.names, locale, texts)
                }
                onText={(text) => set(`names/${locale}`, text)}
              />
            </td>
            <td>
              <TextField
                long={true}
                label={`${texts.aspects.DESCRIPTION}, ${languageName(locale, code)}`}
                locale={locale}
                text={shownText(item, typed, "descriptions", locale)}
                absent={item.draft.descriptions.length > 0 ? texts.notTranslated : ""}
                before={
                  item.published &&
                  before(item.published.descriptions, item.draft.descriptions, locale, texts)
                }
                onText={(text) => set(`descriptions/${locale}`, text)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Texts = readonly { locale: string; text: string }[];

/** The note with the published text where the draft has another one. */
function before(
  published: Texts,
  draft: Texts,
  locale: string,
  texts: FieldGiven["texts"],
): string | null {
  const text = textIn(published, locale);
  return text === textIn(draft, locale) ? null : texts.published(text || texts.none);
}

interface TextGiven {
  long: boolean;
  label: string;
  locale: string;
  text: string;
  /** The note where there is no text; empty: none. */
  absent: string;
  before: string | null;
  onText: (text: string) => void;
}

function TextField({ long, label, locale, text, absent, before: published, onText }: TextGiven) {
  const hint = useId();
  const note = [text.trim() ? "" : absent, published ?? ""].filter(Boolean).join(" · ");
  const given = {
    class: "staff-field",
    lang: locale,
    "aria-label": label,
    "aria-describedby": note ? hint : undefined,
    value: text,
    maxLength: long ? MOST_DESCRIPTION : MOST_ITEM_NAME,
  };
  return (
    <>
      {long ? (
        <textarea {...given} rows={2} onInput={(event) => onText(event.currentTarget.value)} />
      ) : (
        <input
          {...given}
          autocomplete="off"
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
      {note && (
        <small id={hint} class={text.trim() ? undefined : "catalog-absent"}>
          {note}
        </small>
      )}
    </>
  );
}
