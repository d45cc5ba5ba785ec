"""The one rule of ids, and who follows it: the read of a menu, roles, cache tags, imports."""

import re

import pytest

from services.domain.ids import MAX_ID, is_id
from services.domain.people.roles import Grant, Role, Scope, grant_of
from services.domain.validation import InvalidFieldError, identifier
from services.menu_api.http_caching import _TAG

GOOD = ("1", "de-1", "latte.large", "A_b-9.", "x" * MAX_ID)
BAD = (
    "",
    ".",
    "..",
    "-1",
    "_x",
    ".hidden",
    "a b",
    "a#b",
    "a/b",
    "ß",
    "٣",
    "de-1\n",
    "x" * (MAX_ID + 1),
)


@pytest.mark.parametrize("text", GOOD)
def test_an_id_is_taken_everywhere(text: str) -> None:
    assert is_id(text)
    assert identifier("id", text) == text
    assert grant_of(f"store:{text}:manager") == Grant(Role.MANAGER, Scope.STORE, text)
    assert re.fullmatch(_TAG, f"store:{text}")


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_id_is_refused_everywhere(text: str) -> None:
    assert not is_id(text)
    with pytest.raises(InvalidFieldError):
        identifier("id", text)
    assert grant_of(f"store:{text}:manager") is None
    assert not re.fullmatch(_TAG, f"store:{text}")
