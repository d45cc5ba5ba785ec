"""The checker's rules of answers and of equality, on made-up checks."""

from loadtests.checker.answers import StockAnswer, check_arithmetic, check_refused, check_retries
from loadtests.checker.tables import check_equal
from services.storage.keys import Key
from tests.support.check_story import EU, ITEM, STORE, US, Story, at


def test_a_retry_is_answered_as_the_first_time() -> None:
    story = Story()
    story.begins("a", sold=1)
    story.record("a", at(1))
    story.answered("a", answer={"left": 4})
    story.answered("a", answer={"left": 4}, region=EU)
    assert check_retries(story.history, story.state()) == []
    story.answered("a", answer={"left": 3})
    assert [one.kind for one in check_retries(story.history, story.state())] == ["answers"]


def test_two_regions_that_both_applied_it_may_answer_what_each_held() -> None:
    story = Story()
    story.begins("a", sold=1)
    story.record("a", at(1, US), at(2, EU))
    story.answered("a", answer={"left": 4})
    story.answered("a", answer={"left": 3}, region=EU)
    assert check_retries(story.history, story.state()) == []


def test_only_contention_may_refuse() -> None:
    story = Story()
    story.answered(story.begins("a", sold=1), "refused", why="TooBusyError")
    assert check_refused(story.history) == []
    story.answered(story.begins("b", sold=1), "refused", why="OperationIdReusedError")
    assert [one.subject for one in check_refused(story.history)] == ["b"]


def test_what_is_left_is_the_count_less_what_was_sold_since() -> None:
    story = Story()
    story.counted(100, at(1), seen={US: 2})
    story.slot(US, 5)
    story.slot(EU, 4, undone=1)
    shown = StockAnswer(100 - 3 - 3, 100, {US: 5, EU: 3})
    state = {US: story.state()}
    assert check_arithmetic({US: {STORE: {ITEM: shown}}}, state) == []
    wrong = StockAnswer(100 - 3 - 4, 100, {US: 5, EU: 3})
    found = check_arithmetic({US: {STORE: {ITEM: wrong}}}, state)
    assert [one.kind for one in found] == ["arithmetic"]


def test_what_was_never_counted_has_no_number_left() -> None:
    story = Story()
    story.slot(US, 5)
    shown = StockAnswer(None, None, {US: 5})
    assert check_arithmetic({US: {STORE: {ITEM: shown}}}, {US: story.state()}) == []


def test_an_item_that_the_api_does_not_show_is_found() -> None:
    story = Story()
    story.slot(US, 5)
    found = check_arithmetic({US: {STORE: {}}}, {US: story.state()})
    assert [one.kind for one in found] == ["arithmetic"]


def test_regions_are_equal_only_byte_for_byte() -> None:
    key, other = Key("STORE#1", "STOCK"), Key("STORE#2", "STOCK")
    assert check_equal({US: {key: b"a"}, EU: {key: b"a"}}) == []
    found = check_equal({US: {key: b"a", other: b"c"}, EU: {key: b"b"}})
    assert [(one.kind, one.subject) for one in found] == [
        ("unequal", "STORE#1/STOCK"),
        ("unequal", "STORE#2/STOCK"),
    ]
    assert "eu-west-1: no such item" in found[1].detail
