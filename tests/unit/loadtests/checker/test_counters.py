"""The checker's rule of counters, on made-up checks."""

from loadtests.checker.counters import check_counters, check_refusals
from tests.support.check_story import EU, US, Story, at


def kinds(story: Story) -> list[str]:
    return [one.kind for one in check_counters(story.history, story.regions())]


def sale(pieces: int = 3) -> Story:
    story = Story()
    story.begins("sale", sold=pieces)
    return story


def test_a_sale_counts_once_however_often_it_was_sent() -> None:
    story = sale()
    story.answered("sale", "unknown")
    story.answered("sale")
    story.answered("sale", region=EU)
    story.journal("sale", at(1))
    story.slot(US, 3)
    assert kinds(story) == []


def test_a_sale_that_two_regions_applied_counts_once_when_one_took_it_back() -> None:
    story = sale()
    story.done("sale", at(1, US))
    story.done("sale", at(2, EU))
    story.undone("sale", US)
    story.slot(US, 3, 3)
    story.slot(EU, 3)
    assert kinds(story) == []


def test_a_sale_that_two_regions_applied_and_none_took_back_is_duplicated() -> None:
    story = sale()
    story.done("sale", at(1, US))
    story.done("sale", at(2, EU))
    story.slot(US, 3)
    story.slot(EU, 3)
    assert kinds(story) == ["duplicated"]


def test_a_retry_that_one_region_applied_again_is_duplicated() -> None:
    story = sale()
    story.done("sale", at(1))
    story.done("sale", at(2))
    story.slot(US, 6)
    found = check_counters(story.history, story.regions())
    assert [(one.kind, one.operations) for one in found] == [("duplicated", ("sale",))]


def test_an_acknowledged_sale_without_effect_is_lost() -> None:
    story = sale()
    story.answered("sale")
    assert kinds(story) == ["lost"]


def test_a_sale_taken_back_everywhere_is_lost() -> None:
    story = sale()
    story.done("sale", at(1))
    story.undone("sale", US)
    story.slot(US, 3, 3)
    assert kinds(story) == ["lost"]


def test_an_unknown_sale_may_count_or_not_but_not_twice() -> None:
    story = sale()
    story.answered("sale", "unknown")
    assert kinds(story) == []
    story.journal("sale", at(1))
    story.slot(US, 3)
    assert kinds(story) == []
    story.journal("sale", at(2, EU))
    story.slot(EU, 3)
    assert kinds(story) == ["duplicated"]


def test_a_counter_below_the_journal_is_a_loss() -> None:
    story = sale()
    story.done("sale", at(1))
    story.slot(US, 2)
    assert kinds(story) == ["lost"]


def test_a_counter_above_the_journal_is_a_duplicate() -> None:
    story = sale()
    story.done("sale", at(1))
    story.slot(US, 4)
    assert kinds(story) == ["duplicated"]


def test_a_counter_that_nothing_explains_is_a_duplicate() -> None:
    story = Story()
    story.slot(EU, 1)
    assert kinds(story) == ["duplicated"]


def test_a_counter_taken_back_without_a_mark_does_not_add_up() -> None:
    story = sale()
    story.done("sale", at(1))
    story.slot(US, 4, 1)
    assert kinds(story) == ["arithmetic"]


def test_a_refused_sale_has_no_effect() -> None:
    story = sale()
    story.answered("sale", "refused", why="TooBusyError")
    assert check_refusals(story.history, story.regions()) == []
    story.journal("sale", at(1))
    assert [one.kind for one in check_refusals(story.history, story.regions())] == ["refused"]
