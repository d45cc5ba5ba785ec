"""What publishing changes for guests, and what drafts still lack."""

from dataclasses import fields, replace
from typing import Any

from services.domain.catalogs.completeness import untranslated
from services.domain.catalogs.content import (
    NOTHING,
    CatalogContent,
    ItemContent,
    of_drafts,
    of_version,
)
from services.domain.catalogs.difference import (
    DifferenceKind,
    FieldDifference,
    difference,
)
from services.domain.documents.catalog import CatalogDraft, CatalogItem
from services.domain.expectations import changed_entries
from services.domain.markets import LOCALES
from services.domain.publishing import compile_catalog
from services.domain.register import Register
from services.domain.stamp import Stamp

RING = ItemContent(
    category="donuts",
    names={"en": "Glazed ring", "de": "Glasierter Ring"},
    descriptions={"en": "Soft."},
    image_url="/pictures/ring.svg",
    price=199,
    allergens=("GLUTEN",),
    diet=None,
    calories=260,
    standard=True,
    dayparts=(),
)
DONUTS = {"donuts": {"en": "Donuts"}}
BEFORE = CatalogContent(DONUTS, {"ring": RING, "bun": RING})


def after(**items: ItemContent) -> CatalogContent:
    return CatalogContent(DONUTS, items)


def test_every_field_of_a_published_item_is_compared() -> None:
    """What a difference leaves out would be published unseen."""
    published = {one.name for one in fields(CatalogItem)} - {"id"}
    assert {one.name for one in fields(ItemContent)} == published


def test_price_allergens_and_texts_are_named_with_both_values() -> None:
    changed = replace(
        RING, price=210, allergens=("GLUTEN", "NUTS"), names={"en": "Glazed ring", "fr": "Anneau"}
    )
    (found,) = difference(BEFORE, after(ring=changed, bun=RING)).items
    assert (found.item_id, found.kind) == ("ring", DifferenceKind.CHANGED)
    assert found.fields == (
        FieldDifference("names", "de", "Glasierter Ring", None),
        FieldDifference("names", "fr", None, "Anneau"),
        FieldDifference("price", None, 199, 210),
        FieldDifference("allergens", None, ("GLUTEN",), ("GLUTEN", "NUTS")),
    )


def test_a_statement_of_no_allergens_is_something_else_than_no_statement() -> None:
    nobody, none = replace(RING, allergens=None), replace(RING, allergens=())
    (found,) = difference(after(ring=nobody), after(ring=none)).items
    assert found.fields == (FieldDifference("allergens", None, None, ()),)


def test_withdrawn_items_stand_first_and_added_ones_say_all() -> None:
    found = difference(BEFORE, after(bun=RING, new=RING))
    assert [(one.item_id, one.kind) for one in found.items] == [
        ("ring", DifferenceKind.WITHDRAWN),
        ("new", DifferenceKind.ADDED),
    ]
    assert found.items[0].fields == ()
    assert {one.field for one in found.items[1].fields} >= {"names", "price", "allergens"}
    assert not found.reordered


def test_another_order_and_other_categories_are_differences() -> None:
    assert difference(BEFORE, after(bun=RING, ring=RING)).reordered
    renamed = CatalogContent({"donuts": {"en": "Doughnuts"}}, BEFORE.items)
    (category,) = difference(BEFORE, renamed).categories
    assert category.names == (FieldDifference("names", "en", "Donuts", "Doughnuts"),)
    assert not difference(BEFORE, BEFORE)


def test_the_content_of_drafts_is_that_of_the_version_that_they_make() -> None:
    stamp = Stamp(1, "eu-west-1")

    def draft(item_id: str, **fields: Any) -> CatalogDraft:
        return CatalogDraft("de", item_id, {}).assign(fields, stamp)

    ready = {"category": "donuts", "price": 199, "allergens": [], "names": {"en": "Ring"}}
    drafts = [
        draft("category:empty", names={"en": "Empty"}, rank=1),
        draft("category:donuts", names={"en": "Donuts"}, rank=2),
        draft("ring", rank=2, descriptions={"fr": "Doux."}, calories=12, **ready),
        draft("bun", rank=1, dayparts=["LUNCH"], standard=True, **ready),
        draft("gone", withdrawn=True, **ready),
    ]
    content = of_drafts(drafts)
    assert content == of_version(compile_catalog("de", str(stamp), drafts))
    assert list(content.items) == ["bun", "ring"]
    assert of_version(None) == CatalogContent({}, {})
    # What is not finished is compared as well: nothing of it is published.
    assert of_drafts([draft("new")]).items == {"new": NOTHING}


def test_what_is_untranslated_is_named_by_language() -> None:
    texts = untranslated(RING)
    assert texts.names == tuple(one for one in LOCALES if one not in ("en", "de"))
    assert texts.descriptions == tuple(one for one in LOCALES if one != "en")
    everything = dict.fromkeys(LOCALES, "x")
    assert not untranslated(replace(RING, names=everything, descriptions={}))
    # A text for one country does not do for the language everywhere.
    assert "fr" in untranslated(replace(RING, names={"fr-CA": "Anneau"})).names


def test_an_entry_that_was_set_since_it_was_seen_is_found() -> None:
    first, second = Stamp(1, "a"), Stamp(2, "a")
    registers: dict[str, Register[Any]] = {
        "price": Register(1, second),
        "names/fr": Register("x", first),
    }
    seen = {"price": str(second), "names/fr": str(first), "names/de": None}
    assert changed_entries(registers, seen) == []
    assert changed_entries(registers, {**seen, "price": str(first)}) == ["price"]
    assert changed_entries(registers, {"names/fr": None, "calories": str(first)}) == [
        "names/fr",
        "calories",
    ]
