"""Texts as people and files send them: what is refused, and in what words."""

import pytest

from services.domain.edits import edited_fields
from services.domain.validation import InvalidFieldError, image_url, latitude, text


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
    assert edited_fields({"rank": 1, "calories": None}, ["price", "price"]) == {
        "rank": 1,
        "price": None,
    }
    with pytest.raises(InvalidFieldError, match="is set and emptied at once"):
        edited_fields({"rank": 1}, ["rank"])


@pytest.mark.parametrize("emoji", ["\U0001fae8", "\U0001fae9", "\U0001fadc", "\U0001fbff"])
def test_an_emoji_that_is_newer_than_this_python_is_a_character(emoji: str) -> None:
    assert text("name", f"Ring {emoji}", 100) == f"Ring {emoji}"


@pytest.mark.parametrize(
    "code", [0x00, 0x7F, 0xD800, 0xDFFF, 0xE000, 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF]
)
def test_what_is_no_character_is_refused(code: int) -> None:
    with pytest.raises(InvalidFieldError, match=rf"control character U\+{code:04X}"):
        text("name", f"Ring {chr(code)}", 100)


@pytest.mark.parametrize(
    "unseen", ["", " ", "\u00a0", "\u200b", "\u3164", "\u2800", "\ufe0f", "\u00ad \u2060"]
)
def test_a_text_that_shows_nothing_is_empty(unseen: str) -> None:
    with pytest.raises(InvalidFieldError, match="is empty"):
        text("name", unseen, 100)
    assert text("name", f"a{unseen}b", 100)


@pytest.mark.parametrize(
    "address",
    [
        "/../../_edge/purge",
        "/_edge/purge",
        "/pictures/../../x.svg",
        '/x"onerror=alert(1)',
        "https://h.example:99999/x",
        "https://h.example/');x",
        "https://h.example/{x}",
        "https:///x",
        "//h.example/x",
    ],
)
def test_what_is_no_address_of_a_picture(address: str) -> None:
    with pytest.raises(InvalidFieldError, match="is no address of a picture"):
        image_url("image_url", address)


@pytest.mark.parametrize(
    "address",
    ["/pictures/ring.svg", "https://h.example:8443/a%20b.png?w=2&h=3#x", "https://h.example"],
)
def test_addresses_of_pictures(address: str) -> None:
    assert image_url("image_url", address) == address
