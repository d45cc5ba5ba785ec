"""The checker's rule for `editConflicts`."""

import pytest

from loadtests.checker.conflicts import ListedConflict, check_conflicts
from services.domain.documents.journal import Change, JournalEntry
from services.storage import keys
from tests.support.check_story import EU, STORE, Story, at

PATH = "glazed/price"
DOCUMENT = keys.assortment(STORE)


def listed(*operations: str) -> list[ListedConflict]:
    return [ListedConflict("/".join(DOCUMENT), PATH, one) for one in operations]


@pytest.fixture
def story() -> Story:
    """`a` and `b` were concurrent, `c` had seen `b`; `a` was applied in two regions."""
    made = Story()
    for name, stamp, seen in (
        ("a", at(1), None),
        ("a", at(2, EU), None),
        ("b", at(3, EU), None),
        ("c", at(4, EU), at(3, EU)),
    ):
        if name not in made.history.operations:
            made.begins(name, sets={PATH: name})
        entry = JournalEntry(DOCUMENT, stamp, name, "x", "edit", (Change(PATH, name, seen),))
        made.put(keys.journal(DOCUMENT, stamp), entry.dump())
    return made


@pytest.mark.parametrize(
    ("shown", "kinds"),
    [
        (("a",), []),
        ((), ["unlisted"]),
        (("a", "b"), ["unfounded"]),
        (("a", "a"), ["unfounded"]),
        (("a", "c"), ["unfounded"]),
    ],
)
def test_what_is_listed_is_what_was_lost(
    story: Story, shown: tuple[str, ...], kinds: list[str]
) -> None:
    found = check_conflicts(story.history, story.state(), listed(*shown))
    assert [one.kind for one in found] == kinds


def test_of_equal_values_only_the_last_one_can_be_lost() -> None:
    """`a` and `b` set the same at once, and neither had seen the other; nor had `c`."""
    made = Story()
    for name, stamp, value in (("a", at(1), 1), ("b", at(2, EU), 1), ("c", at(3), 2)):
        made.begins(name, sets={PATH: value})
        entry = JournalEntry(DOCUMENT, stamp, name, "x", "edit", (Change(PATH, value, None),))
        made.put(keys.journal(DOCUMENT, stamp), entry.dump())
    state = made.state()
    assert check_conflicts(made.history, state, listed("b")) == []
    (found,) = check_conflicts(made.history, state, listed("a", "b"))
    assert found.kind == "unfounded"
