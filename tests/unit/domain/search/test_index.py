"""Stores are found by words as people type them."""

import pytest

from services.domain.documents.directory import DirectoryEntry
from services.domain.search.index import StoreIndex
from services.domain.search.pages import MAX_WORDS, TooManyWordsError


def _store(store_id: str, market: str, name: str, city: str, postal_code: str) -> DirectoryEntry:
    street = "Straße 1" if store_id == "oslo" else "1 Road"
    return DirectoryEntry(store_id, market, name, city, postal_code, street, 0.0, 0.0)


INDEX = StoreIndex(
    [
        _store("koeln", "de", "Dom", "Köln", "50667"),
        _store("lodz", "pl", "Rynek", "Łódź", "90-001"),
        _store("paris", "fr", "Sacré-Cœur", "Paris", "75018"),
        _store("paris-us", "us", "Main Street", "Paris", "75460"),
        _store("london", "gb", "Whitehall", "London", "SW1A 2AA"),
        _store("nl", "nl", "Markt", "Den Bosch", "5211 JX"),
        _store("tokyo", "jp", "ドーナツガーデン新宿", "Tokyo", "150-0043"),
        _store("curtain", "jp", "カーテン", "Osaka", "530-0001"),
        _store("pune", "in", "पुणे", "Pune", "411001"),
        _store("bhopal", "in", "पण", "Bhopal", "462001"),
        _store("istanbul", "tr", "Meydan", "İstanbul", "34000"),
        _store("oslo", "no", "Grünerløkka", "Oslo", "0550"),
    ]
)


def _found(search: str) -> list[str]:
    page = INDEX.page(market=None, search=search, first=50, after=None)
    return sorted(entry.store_id for entry, _ in page.entries)


@pytest.mark.parametrize(
    ("search", "stores"),
    [
        ("koln", ["koeln"]),
        ("Köln", ["koeln"]),
        ("koeln", ["koeln"]),
        ("lodz", ["lodz"]),
        ("coeur", ["paris"]),
        ("CŒUR", ["paris"]),
        ("france paris", ["paris"]),
        ("Paris, France", ["paris"]),
        ("germany", ["koeln"]),
        ("sw1a2aa", ["london"]),
        ("SW1A 2AA", ["london"]),
        ("5211JX", ["nl"]),
        ("1500043", ["tokyo"]),
        ("\uff11\uff15\uff10\uff0d\uff10\uff10\uff14\uff13", ["tokyo"]),
        ("新宿", ["tokyo"]),
        ("ｶﾞｰﾃﾞﾝ", ["tokyo"]),
        ("ガーデン", ["tokyo"]),
        ("カーテン", ["curtain"]),
        ("पुणे", ["pune"]),
        ("istanbul", ["istanbul"]),
        ("İSTANBUL", ["istanbul"]),
        ("\u0131stanbul", ["istanbul"]),
        ("grunerlokka", ["oslo"]),
        ("gruenerloekka", ["oslo"]),
        ("strasse", ["oslo"]),
    ],
)
def test_finds_exactly_the_stores_meant(search: str, stores: list[str]) -> None:
    assert _found(search) == stores


@pytest.mark.parametrize("search", ["🍩", "%", "'", "--"])
def test_nothing_that_is_a_word_finds_nothing(search: str) -> None:
    assert _found(search) == []


@pytest.mark.parametrize("search", ["", "  "])
def test_a_blank_search_lists_every_store(search: str) -> None:
    assert len(_found(search)) == len(INDEX)


def test_too_many_different_words_are_refused() -> None:
    assert _found("paris " * 50) == ["paris", "paris-us"]
    with pytest.raises(TooManyWordsError, match="at most 10"):
        _found(" ".join(f"w{number}" for number in range(MAX_WORDS + 1)))
