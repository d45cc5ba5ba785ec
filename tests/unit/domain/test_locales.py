"""Language tags: which have the form of BCP 47, their canonical case, and what fits them."""

import pytest

from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.locales import MAX_TAG, canonical, fitting, is_tag
from services.domain.menu_item_cache import MAX_LANGUAGES, localized_catalog


@pytest.mark.parametrize(
    "tag",
    [
        # Of RFC 5646, appendix A.
        "de", "i-enochian", "zh-Hant", "zh-cmn-Hans-CN", "sr-Latn-RS", "sl-rozaj-biske",
        "de-CH-1901", "hy-Latn-IT-arevela", "es-419", "de-CH-x-phonebk", "x-whatever",
        "qaa-Qaaa-QM-x-southern", "en-US-u-islamcal", "zh-CN-a-myext-x-private",
        # Of browsers and Java.
        "de-DE-u-co-phonebk", "en-US-u-rg-gbzzzz", "fr_CA", "EN",
        "en-US-u-ca-gregory-co-standard-hc-h12-nu-latn",
    ],
)  # fmt: skip
def test_tags_are_accepted(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize(
    "text",
    ["", "?", "e", "x", "x-", "en-", "en--US", "english", "not a locale", "en-toolongsubtag",
     "dé", "en" + "-ab" * MAX_TAG],
)  # fmt: skip
def test_other_texts_are_not(text: str) -> None:
    assert not is_tag(text)


def test_tags_are_written_in_the_case_of_rfc_5646() -> None:
    tags = ("zh-Hant-TW", "fr-CA", "es-419", "de-CH-1901", "sl-rozaj", "en", "sr-Latn-RS")
    for tag in tags:
        for written in (tag.lower(), tag.upper(), tag.replace("-", "_"), f"{tag}-u-co-phonebk"):
            assert canonical(written) == tag


def test_a_tag_is_shortened_from_its_end() -> None:
    assert fitting("zh-hant_hk") == ("zh-Hant-HK", "zh-Hant", "zh")
    assert fitting("de-DE-u-co-phonebk") == ("de-DE", "de")
    assert fitting("x-whatever") == ()


def test_invented_tags_do_not_fill_the_memory() -> None:
    item = CatalogItem("a", "c", {"fr": "A", "fr-CA": "B"}, {}, None, 1, (), None, True, ())
    catalog = CatalogVersion("de", "1", "EUR", {"c": {"en": "C"}}, (item,))
    for number in range(MAX_LANGUAGES + 1):
        for tag in (f"fr-CA-x-{number}", f"fr-ca-{number}a{number}bc", f"FR-{number:03}"):
            localized_catalog(catalog, (*fitting(tag), "de"))
    assert set(catalog.localized) == {("fr-CA", "fr"), ("fr",)}
