"""If-None-Match is compared with entity tags as RFC 9110 has it, for the API and the local edge."""

import pytest

from services.domain.entity_tags import names_tag


@pytest.mark.parametrize(
    ("sent", "etag", "named"),
    [
        ('"a"', '"a"', True),
        ('W/"a"', '"a"', True),
        ('"a"', 'W/"a"', True),
        ('"b", W/"a"', '"a"', True),
        ('"b,c","a"', '"a"', True),
        ("*", "", True),
        (" * ", '"a"', True),
        ('"b"', '"a"', False),
        ('"a"', "", False),
        ("a", '"a"', False),
        ('"b,"a"', '"a"', False),
        ("", '"a"', False),
    ],
)
def test_a_tag_is_compared_weakly(sent: str, etag: str, named: bool) -> None:  # noqa: FBT001
    assert names_tag(sent, etag) is named
    assert names_tag(sent, '"other"', etag) is named
