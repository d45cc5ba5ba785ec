"""A menu made of shared items is the menu that a plain join makes, and sharing shows nowhere."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.dayparts import served
from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogItem, CatalogVersion, KeptOffers, localized
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.documents.stock_line import Count, StockLine
from services.domain.hours import zone
from services.domain.menu import StoreDocuments, assemble, availability
from services.domain.menu_item_cache import MAX_LANGUAGES, MAX_OFFERS, localized_catalog
from services.domain.register import Register
from services.domain.stamp import Stamp

STAMP = Stamp(1, "eu-west-1")
IDS = ("a", "b", "c", "d")
LOCALES = ("en", "de", "fr", "ja")

texts = st.dictionaries(st.sampled_from(LOCALES), st.sampled_from(("x", "y", "")), max_size=3)
items = st.builds(
    CatalogItem,
    st.sampled_from(IDS),
    st.sampled_from(("one", "two", "gone")),
    texts,
    texts,
    st.none(),
    st.integers(0, 9),
    st.just(("EGG",)),
    st.none(),
    st.booleans(),
    st.sampled_from(((), ("BREAKFAST",), ("LUNCH", "EVENING"))),
)
catalogs = st.builds(
    CatalogVersion,
    st.just("de"),
    st.just("v"),
    st.just("EUR"),
    st.fixed_dictionaries({"one": texts, "two": texts}),
    st.lists(items, max_size=4, unique_by=lambda one: one.id).map(tuple),
)
values = st.fixed_dictionaries(
    {
        "price": st.none() | st.integers(0, 3),
        "listed": st.booleans(),
        "rank": st.none() | st.integers(0, 2),
    }
)
lines = st.dictionaries(st.sampled_from(IDS), values)
counts = st.dictionaries(st.sampled_from(IDS), st.integers(-1, 7))


def registers(given: dict[str, Any]) -> dict[str, Register[Any]]:
    return {key: Register(value, STAMP) for key, value in given.items()}


def store(lines: dict[str, Any] | None, counts: dict[str, int] | None) -> StoreDocuments:
    profile = {"market": "de", "time_zone": "Europe/Berlin"}
    return StoreDocuments(
        StoreProfile("s", registers(profile)),
        None
        if lines is None
        else Assortment("s", {key: registers(one) for key, one in lines.items()}),
        None
        if counts is None
        else Stock(
            "s",
            {key: StockLine(Register(Count(one, {}), STAMP)) for key, one in counts.items()},
        ),
        {},
    )


def joined(
    documents: StoreDocuments, catalog: CatalogVersion, at: datetime, locale: str | None
) -> list[Any]:
    """Return the menu joined plainly: category by category, item by item."""
    wanted = locale or "de"
    locales = (wanted, wanted.replace("_", "-").split("-")[0], "de")
    local = at.astimezone(zone("Europe/Berlin"))
    assortment, stock = documents.assortment, documents.stock
    menu = []
    for category, names in catalog.categories.items():
        found = []
        for order, item in enumerate(catalog.items):
            price = rank = None
            listed = item.standard
            if assortment is not None and assortment.lines:
                price, listed, rank = (
                    assortment.value(item.id, name) for name in ("price", "listed", "rank")
                )
            if item.category == category and listed and served(item.dayparts, local):
                left = stock.left(item.id) if stock else None
                found.append(
                    (
                        order if rank is None else rank,
                        (
                            item.id,
                            localized(item.names, *locales) or item.id,
                            localized(item.descriptions, *locales),
                            item.price if price is None else price,
                            availability(left),
                        ),
                    )
                )
        if found:
            found.sort(key=lambda one: one[0])
            heading = localized(names, *locales) or category
            menu.append((category, heading, [item for _, item in found]))
    return menu


@settings(max_examples=50)
@given(
    catalogs,
    st.lists(
        st.tuples(
            st.none() | lines,
            st.none() | counts,
            st.none() | st.sampled_from((*LOCALES, "fr-CA", "xx", "de_CH")),
            st.integers(0, 23),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_menus_of_one_catalog_are_each_the_plain_join(
    catalog: CatalogVersion, stores: list[tuple[Any, Any, str | None, int]]
) -> None:
    for own, counted, locale, hour in stores:
        at = datetime(2026, 5, 4, hour, tzinfo=UTC)
        documents = store(own, counted)
        menu = assemble(documents, catalog, at=at, locale=locale)
        assert [
            (
                one.id,
                one.name,
                [
                    (item.id, item.name, item.description, item.price.amount_minor,
                     item.availability)
                    for item in one.items
                ],
            )
            for one in menu.categories
        ] == joined(documents, catalog, at, locale)  # fmt: skip
        some = (*IDS[1:], "none")
        few = assemble(documents, catalog, at=at, locale=locale, only=some)
        assert few.version == menu.version
        assert {item.id: item for one in few.categories for item in one.items} == {
            item.id: item for one in menu.categories for item in one.items if item.id in some
        }


def test_equal_offers_are_one_object_and_what_is_kept_is_bounded() -> None:
    names = {f"l{at}": f"name {at}" for at in range(MAX_LANGUAGES * 2)}
    item = CatalogItem("a", "one", names, {}, None, 5, (), None, True, ())
    catalog = CatalogVersion("de", "v", "EUR", {"one": {}}, (item,))
    first = localized_catalog(catalog, ("l1", "invented"))
    assert localized_catalog(catalog, ("l1", "made up", "l1")) is first
    (cached,) = first.categories[0].items
    assert cached.make(7, "LOW") == cached.make(7, "LOW")
    for price in range(MAX_OFFERS * 3):
        assert cached.make(price, "LOW").price.amount_minor == price
    assert sum(map(len, cached.offers.values())) <= MAX_OFFERS
    assert cached.make(None, "LOW") == cached.make(5, "LOW")
    for locale, name in names.items():
        assert (
            localized_catalog(catalog, (locale,)).categories[0].items[0].make(1, "LOW").name == name
        )
    assert len(catalog.localized) <= MAX_LANGUAGES


def test_what_is_kept_of_all_catalogs_together_is_bounded() -> None:
    kept = KeptOffers(50)
    rows = [
        CatalogItem(f"i{at}", "one", {"de": "n"}, {}, None, at, (), None, True, ())
        for at in range(20)
    ]
    catalogs = [
        CatalogVersion("de", f"v{at}", "EUR", {"one": {}}, tuple(rows), kept) for at in range(5)
    ]
    held = [
        cached
        for catalog in catalogs
        for category in localized_catalog(catalog, ("de",)).categories
        for cached in category.items
    ]
    most = 0
    for price in range(4):
        for cached in held:
            assert cached.make(price, None).price.amount_minor == price
            most = max(most, sum(len(kept) for one in held for kept in one.offers.values()))
    assert 20 < most <= 50
    kept.clear()
    assert not any(offers for one in held for offers in one.offers.values())


def test_a_rank_of_the_store_moves_an_item_within_its_category() -> None:
    drafts = [
        CatalogItem(item, "one", {"en": item}, {}, None, 1, (), None, True, ()) for item in "ab"
    ]
    catalog = CatalogVersion("de", "v", "EUR", {"one": {}}, tuple(drafts))
    line = {"price": None, "listed": True, "rank": None}
    documents = store({"a": line | {"rank": 2}, "b": line}, None)
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    (category,) = assemble(documents, catalog, at=at, locale=None).categories
    assert [item.id for item in category.items] == ["b", "a"]
