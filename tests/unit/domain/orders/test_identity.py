"""The id of an order and the number that people call it by: the cases that the site passes, too."""

import json
from pathlib import Path

import pytest

from services.domain.orders.identity import order_id, short_number

CASES = json.loads(
    (Path(__file__).parents[3] / "support" / "order_numbers.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[one["number"] for one in CASES])
def test_an_order_has_the_id_and_the_number_that_the_site_shows(case: dict[str, str]) -> None:
    assert order_id(case["operationId"]) == case["id"]
    assert short_number(case["id"]) == case["number"]
