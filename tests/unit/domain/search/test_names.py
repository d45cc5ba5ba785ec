"""Sorted names, and the names that a mistyped word may mean."""

import bisect
import random

import pytest

from services.domain.search.names import Names
from services.domain.search.places import InvalidPlaceNamesError, PlaceNames
from services.domain.search.typing_mistakes import Steps, distance, mistakes_allowed, similar

NAMES = ["london", "londonderry", "amsterdam", "birmingham", "rom", "ohio", "essen", "東京"]
NAMES.append("пермь")
CITIES = Names.of({name: [number] for number, name in enumerate(NAMES)})


def found(word: str) -> list[str]:
    return sorted(CITIES[position] for position in similar(CITIES, word, Steps(10_000))[1])


def test_names_are_found_whole_by_their_beginning_and_by_a_part() -> None:
    assert list(CITIES.find("london")) == [0]
    assert list(CITIES.find("londo")) == []
    assert list(CITIES.find("zz")) == []
    assert list(CITIES.numbers(*CITIES.with_prefix("london"))) == [0, 1]
    assert [CITIES[at] for at in CITIES.holding("京")] == ["東京"]
    assert [CITIES[at] for at in CITIES.holding("ond")] == ["london", "londonderry"]
    assert len(CITIES) == 9
    assert list(Names.of({}).find("a")) == []


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 64, 65, 500])
def test_positions_are_those_of_a_plain_list(count: int) -> None:
    dice = random.Random(count)
    words = {"".join(dice.choices("abжя東", k=dice.randint(1, 6))) for _ in range(4 * count)}
    plain = sorted(words)[:count]
    names = Names.of({name: [number] for number, name in enumerate(plain)})
    assert [names[at] for at in range(len(names))] == plain
    for prefix in ["", "a", "z", "\U0010ffff", *words, *(word[:2] for word in words)]:
        low = bisect.bisect_left(plain, prefix)
        begun = [at for at, name in enumerate(plain) if name.startswith(prefix)]
        assert names.with_prefix(prefix) == (low, low + len(begun))
        assert names.position(prefix) == (low if plain[low : low + 1] == [prefix] else None)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("lodnon", "london"),
        ("lonon", "london"),
        ("lonndon", "london"),
        ("lomdon", "london"),
        ("ondon", "london"),
        ("olndon", "london"),
        ("londno", "london"),
        ("esen", "essen"),
        ("amstredan", "amsterdam"),
        ("birmigam", "birmingham"),
        ("bimringham", "birmingham"),
        ("amsterd", None),
        ("lomdom", None),
        ("ohia", None),
        ("rim", None),
        ("londom2", None),
        ("прмь", "пермь"),
    ],
)
def test_one_mistake_in_five_letters_and_two_in_nine_are_understood(
    word: str, name: str | None
) -> None:
    assert found(word) == ([] if name is None else [name])


@pytest.mark.parametrize(
    ("word", "name", "mistakes"),
    [("abcd", "abcd", 0), ("abdc", "abcd", 1), ("abd", "abcd", 1), ("badc", "abcd", 2),
     ("xxxx", "abcd", 3), ("a", "abcd", 3)],
)  # fmt: skip
def test_the_distance_counts_mistakes_up_to_a_limit(word: str, name: str, mistakes: int) -> None:
    assert distance(word, name, 2) == mistakes


def test_mistakes_are_assumed_by_the_length_of_a_word() -> None:
    words = ("abc", "abcd", "abcdefg", "abcdefgh", "a1b2c3")
    assert [mistakes_allowed(word) for word in words] == [0, 1, 1, 2, 0]


@pytest.mark.parametrize(
    "body", [{}, {"layout": 0}, {"layout": 1, "names": 5}, {"layout": 1, "names": "\na\n"}]
)
def test_a_damaged_file_of_place_names_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(InvalidPlaceNamesError):
        PlaceNames.load(body)
