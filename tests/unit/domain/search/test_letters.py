"""The names that are like a mistyped word, against each name compared on its own."""

import random
from collections.abc import Iterator, Sequence

import pytest

from services.domain.search.letters import Letters
from services.domain.search.names import Names
from services.domain.search.typing_mistakes import Steps, distance, similar

ALPHABETS = ("abcde", "abcdefghijklmnopqrstuvwxyz", "жзиклмн", "東京都新宿区", "पुणेमं")


def reference(word: str, name: str) -> int:
    """Return the optimal string alignment distance."""
    rows: list[list[int]] = [[*range(len(name) + 1)]]
    for i, letter in enumerate(word, 1):
        rows.append([i])
        for j, other in enumerate(name, 1):
            costs = [
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (letter != other),
            ]
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                costs.append(rows[i - 2][j - 2] + 1)
            rows[i].append(min(costs))
    return rows[-1][-1]


def mistyped(dice: random.Random, name: str, alphabet: str, mistakes: int) -> str:
    for _ in range(mistakes):
        at = dice.randrange(len(name) or 1)
        name = dice.choice(
            (
                name[:at] + name[at + 1 :],
                name[:at] + dice.choice(alphabet) + name[at:],
                name[:at] + dice.choice(alphabet) + name[at + 1 :],
                name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
            )
        )
    return name


def words(dice: random.Random, alphabet: str, count: int, longest: int) -> list[str]:
    return ["".join(dice.choices(alphabet, k=dice.randint(1, longest))) for _ in range(count)]


@pytest.mark.parametrize("alphabet", ["ab", "abc", "ab東ж", *ALPHABETS])
@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_the_distance_is_that_of_a_table_of_all_letters(alphabet: str, most: int) -> None:
    dice = random.Random(alphabet)
    for word in words(dice, alphabet, 150, 9):
        near = mistyped(dice, word, alphabet, dice.randint(0, 3))
        for name in (near, *words(dice, alphabet, 1, 9), ""):
            assert distance(word, name, most) == min(reference(word, name), most + 1), (word, name)


def variants(dice: random.Random, names: Sequence[str], alphabet: str) -> Iterator[str]:
    for name in dice.sample(names, min(12, len(names))):
        if len(name) > 4:
            yield mistyped(dice, name, alphabet, dice.randint(1, 2))
    yield from words(dice, alphabet, 4, 14)


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("count", [0, 1, 64, 65, 500])
def test_all_names_with_the_fewest_mistakes_are_found(alphabet: str, count: int) -> None:
    dice = random.Random(count)
    plain = sorted({*words(dice, alphabet, count, 16)})
    names = Names.of({name: [number] for number, name in enumerate(plain)})
    for word in variants(dice, plain, alphabet):
        allowed = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        by_mistakes: dict[int, list[int]] = {}
        for at, name in enumerate(plain):
            if abs(len(word) - len(name)) > allowed:
                continue
            mistakes = reference(word, name)
            if mistakes <= min(allowed, (len(name) > 4) + (len(name) > 8)):
                by_mistakes.setdefault(mistakes, []).append(at)
        fewest = min(by_mistakes, default=0)
        positions = by_mistakes[fewest] if fewest else []
        assert similar(names, word, Steps(10**6)) == (fewest, positions), word


def test_letters_are_read_again_from_their_content() -> None:
    dice = random.Random(1)
    plain = sorted({name for one in ALPHABETS for name in words(dice, one, 90, 70)})
    names = Names.of({name: [0] for name in plain})
    content = Letters.of(plain).content
    names.give_letters(content)
    assert names.letters.content == content
    for word in plain:
        assert plain.index(word) in names.letters.like(word, 2, 1)
    for wrong in (content[:-1], content + b"\0", b""):
        with pytest.raises(ValueError, match="letters of"):
            names.give_letters(wrong)


def test_names_of_two_scripts_are_found_by_a_letter_of_the_other_before_them() -> None:
    names = Names.of({"жзилкмн": [0], "toronto": [1]})
    assert similar(names, "qжзилкмн", Steps(1000)) == (1, [names.position("жзилкмн")])
    assert similar(names, "жtoronto", Steps(1000)) == (1, [names.position("toronto")])
