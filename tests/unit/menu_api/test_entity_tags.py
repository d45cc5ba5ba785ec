"""If-None-Match, by the one rule that the API, the edge and the site follow."""

import pytest

from services.menu_api.negotiation import is_named


@pytest.mark.parametrize(
    "header", ['"a"', 'W/"a"', '"x", "a"', '"x","a"', '"with, comma", W/"a"', "*", " * "]
)
def test_a_tag_is_named(header: str) -> None:
    assert is_named(header, '"a"')
    assert is_named(header, 'W/"a"')


@pytest.mark.parametrize("header", ["", "a", '"A"', '"ab"', '"x, a"', '"a', '"*"'])
def test_another_tag_is_not(header: str) -> None:
    assert not is_named(header, '"a"', '"b"')


def test_a_response_without_a_tag_is_named_by_the_star_alone() -> None:
    assert is_named("*")
    assert not is_named('"a"')
