"""The checker's rule of waste, on made-up checks."""

from loadtests.checker.waste import check_waste
from tests.support.check_story import EU, US, Story


def kinds(story: Story) -> list[str]:
    return [one.kind for one in check_waste(story.history, story.regions())]


def thrown_away(pieces: int = 3) -> Story:
    story = Story()
    story.throws_away("waste", pieces)
    return story


def test_waste_is_on_record_once_whatever_regions_wrote_it() -> None:
    story = thrown_away()
    story.answered("waste", "unknown")
    story.answered("waste", region=EU)
    story.on_record("waste", 3, region=US)
    story.on_record("waste", 3, region=EU)
    assert kinds(story) == []


def test_acknowledged_waste_without_a_record_is_lost() -> None:
    story = thrown_away()
    story.answered("waste")
    assert kinds(story) == ["lost"]


def test_waste_without_an_answer_may_be_on_record_or_not() -> None:
    story = thrown_away()
    story.answered("waste", "unknown")
    assert kinds(story) == []
    story.on_record("waste", 3)
    assert kinds(story) == []


def test_refused_waste_is_on_no_record() -> None:
    story = thrown_away()
    story.answered("waste", "refused")
    assert kinds(story) == []
    story.on_record("waste", 3)
    assert kinds(story) == ["refused"]


def test_a_record_of_something_else_is_found() -> None:
    story = thrown_away()
    story.answered("waste")
    story.on_record("waste", 4)
    assert kinds(story) == ["arithmetic"]


def test_two_contents_under_one_id_are_duplicated() -> None:
    story = thrown_away()
    story.answered("waste")
    story.on_record("waste", 3)
    story.on_record("waste", 3, region=EU, reason="OTHER")
    assert kinds(story) == ["duplicated", "arithmetic"]
