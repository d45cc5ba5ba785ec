"""Texts as people and files send them: what is refused, and in what words."""

import pytest

from services.domain.edits import given
from services.domain.validation import InvalidFieldError, latitude, text


def test_bytes_that_were_no_utf8_are_not_stored() -> None:
    garbled = b"Caf\xe9".decode(errors="replace")
    with pytest.raises(InvalidFieldError, match="no UTF-8") as refused:
        text("name", garbled, 100)
    assert refused.value.hint == "save the file, or send the request, as UTF-8"
    assert text("name", "Café", 100) == "Café"


def test_a_degree_beyond_the_pole_is_shown_as_it_was_sent() -> None:
    with pytest.raises(InvalidFieldError, match=r"'90\.0000001' is not from -90 to 90"):
        latitude("latitude", 90.0000001)


def test_a_field_that_is_emptied_twice_is_emptied() -> None:
    assert given({"rank": 1, "calories": None}, ["price", "price"]) == {"rank": 1, "price": None}
    with pytest.raises(InvalidFieldError, match="is set and emptied at once"):
        given({"rank": 1}, ["rank"])
