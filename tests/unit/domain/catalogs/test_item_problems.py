"""What a draft lacks, and what keeps it from being published, are one rule."""

from typing import Any

import pytest

from services.domain.documents.catalog import CatalogDraft
from services.domain.publishing import UnpublishableError, compile_catalog, missing, problems_of
from services.domain.stamp import Stamp

STAMP = Stamp(1, "eu-west-1")
CATEGORY = CatalogDraft("de", "category:donuts", {}).assign({"names": {"en": "Donuts"}}, STAMP)
COMPLETE: dict[str, Any] = {
    "category": "donuts", "names": {"en": "Ring"}, "price": 199, "allergens": ["MILK"]
}  # fmt: skip


def ring(**fields: Any) -> CatalogDraft:
    return CatalogDraft("de", "ring", {}).assign({**COMPLETE, **fields}, STAMP)


@pytest.mark.parametrize(
    ("fields", "lacks"),
    [
        ({}, []),
        ({"names": {}}, ["name"]),
        ({"price": None, "allergens": None}, ["price", "allergens"]),
        ({"category": None}, ["category"]),
        ({"category": "gone"}, ["category"]),
        ({"allergens": ["STRAW", "HAY"]}, ["allergens"]),
        ({"dayparts": ["MIDNIGHT"]}, ["dayparts"]),
        ({"diet": "VEGAN"}, ["diet"]),
        ({"diet": "FRUGAL"}, ["diet"]),
    ],
)
def test_what_is_missing_is_what_publishing_refuses(
    fields: dict[str, Any], lacks: list[str]
) -> None:
    draft = ring(**fields)
    assert missing(draft, {"donuts"}) == lacks
    refused: tuple[str, ...] = ()
    try:
        compile_catalog("de", str(STAMP), [CATEGORY, draft])
    except UnpublishableError as error:
        refused = error.problems
    assert refused == tuple(one.message for one in problems_of(draft, {"donuts"}))
    assert bool(refused) == bool(lacks)


def test_an_item_without_a_category_is_not_said_to_be_in_one() -> None:
    (problem,) = problems_of(ring(category=None), {"donuts"})
    assert problem.message == "ring has no category"
