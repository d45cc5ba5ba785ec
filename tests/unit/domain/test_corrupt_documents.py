"""A stored document of another shape is refused as unreadable, whatever is wrong with it."""

from collections.abc import Callable
from typing import Any

import pytest

from services.domain.documents.assortment import Assortment
from services.domain.documents.catalog import CatalogVersion
from services.domain.documents.layout import InvalidDocumentError
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock

STAMP = "019df261f8000000@eu-west-1"
ITEM = ["1", "c", {"en": "x"}, {}, None, 1, ["MILK"], 2, True, []]


def catalog(**changes: Any) -> dict[str, Any]:
    return {"currency": "USD", "categories": [["c", {"en": "C"}]], "items": [ITEM], **changes}


@pytest.mark.parametrize(
    ("load", "body"),
    [
        (lambda body: StoreProfile.load("1", body), {"s": [0], "e": {"name": ["x", 0]}}),
        (lambda body: Assortment.load("1", body), {"s": [True], "e": {}}),
        (lambda body: Stock.load("1", body), {"s": [None], "e": {}}),
        (lambda body: Stock.load("1", body), {"s": [STAMP], "e": {"a": [[5, "0", 0], {}]}}),
        (lambda body: Stock.load("1", body), {"s": [STAMP], "e": {"a": [[5, {}, 0], []]}}),
        (
            lambda body: Stock.load("1", body),
            {"s": [STAMP], "r": ["eu-west-1"], "e": {"a": [[5, {}, 0, [5], [5], [5]], {}]}},
        ),
        (lambda body: Stock.load("1", body), {"s": [STAMP], "e": {"a": [["5", {}, 0], {}]}}),
        (
            lambda body: Stock.load("1", body),
            {"s": [STAMP], "r": ["eu-west-1"], "e": {"a": [[5, {}, 0, ["5"]], {}]}},
        ),
        (
            lambda body: Stock.load("1", body),
            {"s": [STAMP], "r": [1], "e": {"a": [[5, {}, 0, [5]], {}]}},
        ),
        (
            lambda body: Stock.load("1", body),
            {"s": [STAMP], "e": {"a": [None, {"eu-west-1": [1, {"k": ["1", {}]}]}]}},
        ),
        (lambda body: CatalogVersion.load("us", "v", body), catalog(categories=[["c", "C"]])),
        (lambda body: CatalogVersion.load("us", "v", body), catalog(categories=5)),
        (
            lambda body: CatalogVersion.load("us", "v", body),
            catalog(items=[[*ITEM[:3], "texts", *ITEM[4:]]]),
        ),
    ],
)
def test_a_corrupt_document_is_unreadable(load: Callable[[Any], Any], body: Any) -> None:
    with pytest.raises(InvalidDocumentError):
        load(body)


def test_the_catalog_of_these_tests_is_readable() -> None:
    assert CatalogVersion.load("us", "v", catalog()).items[0].id == "1"


@pytest.mark.parametrize("row", [{}, [], [[5, {}, 0]], [["5", {}, 0], {}], [[5, {}, 0], "x"], 7])
def test_a_corrupt_row_that_is_read_where_it_lies_is_unreadable(row: Any) -> None:
    stock = Stock.read("1", [{"s": [STAMP], "e": {"a": row}}])
    with pytest.raises(InvalidDocumentError):
        stock.at_most(5)


def test_a_corrupt_field_that_is_read_where_it_lies_is_unreadable() -> None:
    profile = StoreProfile.read("1", {"s": [STAMP], "e": {"name": 5}})
    with pytest.raises(InvalidDocumentError):
        _ = profile["name"]


def test_pieces_of_another_kind_are_found_also_where_only_they_are_read() -> None:
    stock = Stock.read("1", [{"s": [STAMP], "e": {"a": [["5", {}, 0], {}]}}])
    with pytest.raises(InvalidDocumentError, match="not a stock"):
        stock.left("a")
