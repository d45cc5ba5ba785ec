"""The market that a row of a count file names: where its store is looked for, now and later."""

from typing import Any, cast

import pytest

from services.domain.documents.stock import Stock
from services.storage import keys
from services.storage.stock_places import Places
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository
from tests.support.chain import add_store, publish_small_catalog
from tests.support.count_bucket import CountBucket

HEADER = "Filiale;Artikel;Bestand;Land\n"


@pytest.fixture
def bucket(table: Table) -> CountBucket:
    for market in ("de", "fr"):
        publish_small_catalog(table, market)
    add_store(table, "de-9", name="München Café")
    return CountBucket(table)


def counted(table: Table) -> dict[str, int]:
    """Return what was counted, by store and item, in all stocks."""
    found: dict[str, int] = {}
    for store_id in ("de-9", "fr-1", "München Café", "munchen-cafe", "munchen-cafe@fr", "de-9@fr"):
        stock = table.held(keys.stock(store_id)).document
        for item, line in stock.lines.items() if isinstance(stock, Stock) else ():
            if line.count is not None:
                found[f"{store_id}/{item}"] = line.count.value.counted
    return found


def test_a_count_of_an_unknown_store_never_goes_into_a_store_of_another_market(
    bucket: CountBucket,
) -> None:
    report = bucket.load(HEADER + "München Café;glazed;4;fr\n")
    assert (report["unknown"], report["rows"]) == (1, 1)
    assert counted(bucket.table) == {"munchen-cafe@fr/glazed": 4}
    assert bucket.learning.learn() == 0
    assert counted(bucket.table) == {"munchen-cafe@fr/glazed": 4}
    add_store(bucket.table, "fr-1", name="MÜNCHEN café", market="fr")
    assert bucket.learning.learn() == 1
    assert counted(bucket.table) == {"munchen-cafe@fr/glazed": 4, "fr-1/glazed": 4}
    assert UnknownStockRepository(bucket.table).all() == []


def test_a_row_whose_store_is_in_another_market_is_refused(bucket: CountBucket) -> None:
    report = bucket.load(HEADER + "de-9;glazed;5;France\n")
    assert (report["refused"], report["rows"]) == (1, 1)
    assert report["problems"][0]["column"] == "market"
    assert "store de-9 is in market de, not in fr" in report["problems"][0]["reason"]
    assert counted(bucket.table) == {}


@pytest.mark.parametrize("country", ["Deutschland", "de", "DE", "276", "Germany"])
def test_a_market_is_named_as_in_other_files(bucket: CountBucket, country: str) -> None:
    report = bucket.load(HEADER + f"de-9;glazed;5;{country}\nMunchen Cafe;latte;6;{country}\n")
    assert (report["loaded"], report["rows"]) == (2, 2)
    assert counted(bucket.table) == {"de-9/glazed": 5, "de-9/latte": 6}


def test_rows_of_markets_that_do_not_exist_are_refused_and_no_index_is_made_for_them(
    bucket: CountBucket,
) -> None:
    rows = "".join(f"de-9;glazed;5;Land {number}\n" for number in range(50))
    report = bucket.load(HEADER + rows + f"de-9;latte;5;{'x' * 5_000}\n")
    assert (report["refused"], report["rows"]) == (51, 51)
    assert "is no market; markets are us, " in report["problems"][0]["reason"]
    places = cast("Places", vars(bucket.learning)["_places"])
    assert len(vars(places)["_names"]) == 0


def test_a_hidden_store_is_found_by_name_and_shares_it_with_others(bucket: CountBucket) -> None:
    hidden: dict[str, Any] = {"name": "Testküche", "hidden": True}
    add_store(bucket.table, "de-1", **hidden)
    assert bucket.load(HEADER + "Testküche;glazed;3;\n")["loaded"] == 1
    add_store(bucket.table, "de-2", name="Testküche")
    report = bucket.load(HEADER + "Testküche;glazed;4;\n", "counts/second.csv")
    assert "de-1 (Testküche, Berlin, de, hidden), de-2" in report["problems"][0]["reason"]
