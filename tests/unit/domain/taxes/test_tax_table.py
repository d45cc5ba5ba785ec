"""The delivered tax table: complete, dated, with sources; and how a rate is found in a table."""

from datetime import date, timedelta

import pytest

from services.domain.documents.catalog import CatalogItem, CatalogVersion
from services.domain.markets import MARKETS
from services.domain.taxes.goods import Classification, Goods, UnclassifiedItemError
from services.domain.taxes.rates import (
    InvalidTaxTableError,
    NoTaxRateError,
    Rounding,
    Sale,
    Source,
    TaxRate,
    TaxTable,
)
from services.domain.taxes.table import TAXES, markdown
from tests.support.sources import ROOT

DAY = date(2026, 11, 28)
STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY
"""
PROVINCES = "AB BC MB NB NL NS NT NU ON PE QC SK YT"
PLACES = {"us": STATES, "ca": PROVINCES}


def percents(
    market: str, goods: Goods, state: str | None = None, day: date = DAY, pieces: int = 1
) -> list[float]:
    rates = TAXES.rates(Sale(market, state, "s1", day), goods, pieces)
    return [one.rate / 1_000 for one in rates]


@pytest.mark.parametrize("market", MARKETS)
def test_every_kind_of_goods_has_a_rate_in_every_place_of_every_market(market: str) -> None:
    for state in PLACES[market].split() if market in PLACES else [None]:
        for goods in Goods:
            for day in (DAY, DAY + timedelta(days=2_000)):
                assert percents(market, goods, state, day)


@pytest.mark.parametrize(
    ("market", "state", "goods", "pieces", "expected"),
    [
        ("de", None, Goods.PASTRY, 1, [7]),
        ("de", None, Goods.DRINK_HOT, 1, [19]),
        ("ie", None, Goods.FOOD_HOT, 1, [9]),
        ("fr", None, Goods.PASTRY, 1, [5.5]),
        ("fr", None, Goods.FOOD_HOT, 1, [10]),
        ("gb", None, Goods.PASTRY, 1, [0]),
        ("gb", None, Goods.FOOD_HOT, 1, [20]),
        ("my", None, Goods.PASTRY, 1, [6]),
        ("in", None, Goods.DRINK_HOT, 1, [5]),
        ("jp", None, Goods.PASTRY, 1, [8]),
        ("jp", None, Goods.OTHER, 1, [10]),
        ("us", "NY", Goods.PASTRY, 1, [4]),
        ("us", " ny ", Goods.PASTRY, 1, [4]),
        ("us", "OR", Goods.PASTRY, 1, [0]),
        ("us", "CT", Goods.PASTRY, 1, [7.35]),
        ("us", "CT", Goods.OTHER, 1, [6.35]),
        ("us", "RI", Goods.PASTRY, 1, [1, 7]),
        ("us", "LA", Goods.OTHER, 1, [5]),
        ("ca", "ON", Goods.PASTRY, 5, [13]),
        ("ca", "ON", Goods.PASTRY, 6, [0]),
        ("ca", "ON", Goods.PASTRY_BOX, 1, [0]),
        ("ca", "ON", Goods.DRINK_HOT, 6, [13]),
        ("ca", "QC", Goods.PASTRY, 5, [5, 9.975]),
        ("ca", "NS", Goods.PASTRY, 1, [14]),
        ("ca", "NS", Goods.PASTRY, 6, [0]),
        ("ca", "BC", Goods.DRINK_SOFT, 1, [5, 7]),
        ("ca", "BC", Goods.DRINK_HOT, 1, [5]),
    ],
)
def test_rates_as_of_november_2026(
    market: str, state: str | None, goods: Goods, pieces: int, expected: list[float]
) -> None:
    assert percents(market, goods, state, pieces=pieces) == expected


def test_a_rate_holds_from_the_day_it_comes_into_force() -> None:
    before, after = date(2026, 6, 30), date(2026, 7, 1)
    assert percents("ie", Goods.FOOD_HOT, day=before) == [13.5]
    assert percents("ie", Goods.FOOD_HOT, day=after) == [9]
    assert percents("us", Goods.PASTRY, "SD", date(2027, 6, 30)) == [4.2]
    assert percents("us", Goods.PASTRY, "SD", date(2027, 7, 1)) == [4.5]
    with pytest.raises(NoTaxRateError, match="2025-12-31"):
        percents("de", Goods.PASTRY, day=date(2025, 12, 31))


@pytest.mark.parametrize(("market", "state"), [("us", None), ("us", "Narnia"), ("ca", "")])
def test_a_store_without_a_known_state_has_no_rate(market: str, state: str | None) -> None:
    with pytest.raises(NoTaxRateError, match="no tax rate"):
        percents(market, Goods.PASTRY, state)


def test_every_row_has_a_source_and_sources_of_second_hand_are_marked() -> None:
    for row in TAXES.rows:
        assert row.source.text
        assert row.source.url.startswith("http")
        assert 0 <= row.rate <= 30_000
        assert row.market in MARKETS
    assert "(secondary only)" in markdown()


def test_the_documentation_shows_the_delivered_table() -> None:
    text = (ROOT / "docs" / "orders.md").read_text()
    assert markdown() in text, "docs/orders.md: replace the table by taxes.table.markdown()"


SOURCE = Source("the county's notice", "https://example.org", primary=True)


def local(
    rate: int,
    levy: str = "sales tax",
    place: str = "store:s1",
    day: date = date(2020, 1, 1),  # before the states' rows
    pieces: int = 1,
) -> TaxRate:
    head = ("us", place, levy, Goods.PASTRY, rate)
    return TaxRate(*head, False, Rounding.LINE, day, SOURCE, pieces)


def test_an_operator_replaces_a_states_rate_for_a_store_or_adds_a_levy() -> None:
    sale = Sale("us", "NY", "s1", DAY)
    combined = TAXES.with_rows([local(8_875)])
    assert [one.rate for one in combined.rates(sale, Goods.PASTRY, 1)] == [8_875]
    other = Sale("us", "NY", "s2", DAY)
    assert [one.rate for one in combined.rates(other, Goods.PASTRY, 1)] == [4_000]
    added = TAXES.with_rows([local(500, "city tax")])
    assert [one.rate for one in added.rates(sale, Goods.PASTRY, 1)] == [500, 4_000]
    corrected = combined.with_rows([local(9_000)])
    assert [one.rate for one in corrected.rates(sale, Goods.PASTRY, 1)] == [9_000]


def test_the_narrowest_place_holds_then_the_most_pieces_then_the_latest_day() -> None:
    later = date(2026, 1, 1)
    table = TAXES.with_rows(
        [
            local(1, place="NY", day=later, pieces=6),
            local(2, pieces=6),
            local(3, day=later),
            local(4),
        ]
    )
    sale = Sale("us", "NY", "s1", DAY)
    assert [table.rates(sale, Goods.PASTRY, pieces)[0].rate for pieces in (1, 6)] == [3, 2]


def test_a_levy_of_the_whole_country_does_not_stand_in_for_an_unknown_state() -> None:
    table = TAXES.with_rows([local(2_000, "federal tax", place="")])
    known = table.rates(Sale("us", "NY", "s1", DAY), Goods.PASTRY, 1)
    assert [one.rate for one in known] == [2_000, 4_000]
    with pytest.raises(NoTaxRateError):
        table.rates(Sale("us", "Narnia", "s1", DAY), Goods.PASTRY, 1)


def test_rows_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InvalidTaxTableError, match="two rows"):
        TaxTable((local(1), local(2)))
    with pytest.raises(InvalidTaxTableError, match="below zero"):
        TaxTable((local(-1),))
    included = TaxRate(
        *("us", "NY", "levy", Goods.PASTRY, 1, True),
        *(Rounding.LINE, date(2026, 1, 1), SOURCE),
    )
    with pytest.raises(InvalidTaxTableError, match="disagree"):
        TAXES.with_rows([included]).rates(Sale("us", "NY", "s1", DAY), Goods.PASTRY, 1)


def test_an_item_without_a_kind_is_an_error_and_can_be_found_beforehand() -> None:
    def item(name: str, category: str) -> CatalogItem:
        return CatalogItem(name, category, {}, {}, None, 1, (), None, True, ())

    mug, ring = item("mug", "shop"), item("ring", "donuts")
    catalog = CatalogVersion("de", "v", "EUR", {"shop": {}, "donuts": {}}, (mug, ring))
    kinds = Classification({"donuts": Goods.PASTRY})
    assert kinds.goods_of(ring) is Goods.PASTRY
    assert kinds.missing(catalog) == ["mug"]
    with pytest.raises(UnclassifiedItemError, match="mug"):
        kinds.goods_of(mug)
    both = Classification({"donuts": Goods.PASTRY}, {"mug": Goods.OTHER, "ring": Goods.FOOD_HOT})
    assert (both.goods_of(mug), both.goods_of(ring)) == (Goods.OTHER, Goods.FOOD_HOT)
    assert both.missing(catalog) == []
