"""Who answers something else is found out."""

from typing import Any

import pytest

from loadtests.bench.equality import unequal


@pytest.mark.parametrize(
    ("found", "where"),
    [
        ({"menu": {"items": [{"price": 200}]}}, "$.menu.items[0].price is 200, not 199"),
        ({"menu": {"items": []}}, "$.menu.items has 0 elements, not 1"),
        ({"menu": {"items": [{"price": 199, "x": 1}]}}, "$.menu.items[0] has ['price', 'x']"),
        ({"menu": {"items": [{"price": "199"}]}}, "is '199', not 199"),
        ({"menu": {"items": [{"price": None}]}}, "is None, not 199"),
        ({"menu": None}, "$.menu is None"),
    ],
)
def test_the_first_difference_is_named(found: Any, where: str) -> None:
    message = unequal(found, {"menu": {"items": [{"price": 199}]}})
    assert message is not None
    assert where in message


def test_true_is_not_one() -> None:
    assert unequal({"open": 1}, {"open": True}) is not None


def test_the_order_of_members_and_the_way_a_number_is_written_do_not_matter() -> None:
    assert unequal({"a": 1, "b": 2.0}, {"b": 2, "a": 1}) is None
