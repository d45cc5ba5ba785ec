"""The checker's rules of waste, on made-up checks."""

from loadtests.checker.answers import check_refused
from loadtests.checker.waste import check_known_waste, check_taking_back, check_waste
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


def of_taking_back(story: Story) -> list[str]:
    """What is wrong with the taking back, and nothing with the waste."""
    assert kinds(story) == []
    regions = story.regions()
    found = [*check_taking_back(story.history, regions), *check_known_waste(story.history, regions)]
    return [one.kind for one in (*found, *check_refused(story.history))]


def recorded(region: str = US) -> Story:
    """A region recorded waste, and a client wants to take it back."""
    story = thrown_away()
    story.answered("waste", region=region)
    story.on_record("waste", 3, region=region)
    story.takes_back("back", "waste")
    return story


def test_waste_is_taken_back_by_whatever_regions_carried_it_out() -> None:
    story = recorded()
    story.answered("back", "unknown")
    story.answered("back", region=EU)
    story.taken_back("back", "waste")
    story.taken_back("back", "waste", region=EU)
    assert of_taking_back(story) == []


def test_an_acknowledged_taking_back_that_no_record_shows_is_lost() -> None:
    story = recorded()
    story.answered("back")
    assert of_taking_back(story) == ["lost"]
    story.taken_back("back", "waste", day="2026-05-03")
    assert of_taking_back(story) == ["lost", "arithmetic"]


def test_of_two_that_take_one_record_back_the_second_leaves_nothing() -> None:
    story = recorded()
    story.answered("back")
    story.taken_back("back", "waste")
    story.answered(story.takes_back("again", "waste"))
    assert of_taking_back(story) == []


def test_a_taking_back_without_an_answer_may_have_come_about_or_not() -> None:
    story = recorded()
    story.answered("back", "unknown")
    assert of_taking_back(story) == []
    story.taken_back("back", "waste")
    assert of_taking_back(story) == []


def test_a_record_that_was_taken_back_is_still_there() -> None:
    story = thrown_away()
    story.answered("waste", "unknown")
    story.answered(story.takes_back("back", "waste"))
    story.taken_back("back", "waste")
    assert of_taking_back(story) == ["lost"]


def test_a_region_may_refuse_to_take_back_what_has_not_arrived_there() -> None:
    story = recorded(region=EU)
    story.answered("back", "refused", why="InvalidValueError")
    assert of_taking_back(story) == []
    story.taken_back("back", "waste")
    assert of_taking_back(story) == ["refused"]


def test_no_region_refuses_to_take_back_what_it_recorded_itself() -> None:
    story = recorded()
    story.answered("back", "refused", why="InvalidValueError")
    assert of_taking_back(story) == ["refused"]
    story.answered("waste")  # once more, which says nothing of when it was recorded
    assert of_taking_back(story) == ["refused"]
    early = thrown_away()
    early.takes_back("back", "waste")
    early.answered("back", "refused", why="InvalidValueError")
    early.answered("waste")
    early.on_record("waste", 3)
    assert of_taking_back(early) == []


def test_any_other_refusal_of_taking_back_is_found() -> None:
    story = recorded(region=EU)
    story.answered("back", "refused", why="OperationIdReusedError")
    assert of_taking_back(story) == ["refused"]


def test_only_taking_back_may_be_refused_for_what_has_not_arrived() -> None:
    story = thrown_away()
    story.answered("waste", "refused", why="InvalidValueError")
    assert [one.kind for one in check_refused(story.history)] == ["refused"]


def test_what_one_region_acknowledged_another_need_not_know() -> None:
    story = recorded(region=EU)
    story.answered("back", "refused", why="InvalidValueError")
    # A retry whose answer nobody got recorded it there as well, later.
    story.answered("waste", "unknown")
    story.on_record("waste", 3)
    assert of_taking_back(story) == []
