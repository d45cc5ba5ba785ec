"""The checker's rule of registers, on made-up checks."""

from loadtests.checker.registers import check_registers
from tests.support.check_story import EU, US, Story, at

PRICE = "glazed/price"


def kinds(story: Story) -> list[str]:
    return [one.kind for one in check_registers(story.history, story.regions())]


def two_prices() -> Story:
    story = Story()
    story.done(story.begins("a", sets={PRICE: 199}), at(1, US))
    story.done(story.begins("b", sets={PRICE: 249}), at(2, EU))
    return story


def test_the_higher_stamp_stands_and_the_other_is_in_the_journal() -> None:
    story = two_prices()
    story.stands(PRICE, 249, at(2, EU))
    assert kinds(story) == []


def test_a_lower_stamp_that_stands_is_a_loss() -> None:
    story = two_prices()
    story.stands(PRICE, 199, at(1, US))
    found = check_registers(story.history, story.regions())
    assert [(one.kind, one.operations) for one in found] == [("lost", ("a", "b"))]
    assert "249" in found[0].detail


def test_an_entry_that_is_gone_is_a_loss() -> None:
    assert kinds(two_prices()) == ["lost"]


def test_another_value_under_the_right_stamp_is_a_loss() -> None:
    story = two_prices()
    story.stands(PRICE, 250, at(2, EU))
    assert kinds(story) == ["lost"]


def test_a_standing_value_that_is_in_no_journal_is_found() -> None:
    story = two_prices()
    story.stands(PRICE, 299, at(3, EU))
    assert kinds(story) == ["lost"]


def test_an_acknowledged_write_without_a_trace_is_a_loss() -> None:
    story = two_prices()
    story.stands(PRICE, 249, at(2, EU))
    story.answered(story.begins("c", sets={PRICE: 219}))
    found = check_registers(story.history, story.regions())
    assert [(one.kind, one.operations) for one in found] == [("lost", ("c",))]


def test_an_unknown_write_without_a_trace_is_none() -> None:
    story = two_prices()
    story.stands(PRICE, 249, at(2, EU))
    story.answered(story.begins("c", sets={PRICE: 219}), "unknown")
    assert kinds(story) == []


def test_writing_what_stands_already_leaves_no_trace_of_its_own() -> None:
    story = two_prices()
    story.stands(PRICE, 249, at(2, EU))
    story.answered(story.begins("c", sets={PRICE: 249}))
    story.answered(story.begins("d", sets={"glazed/listed": True}))
    assert kinds(story) == []


def test_an_item_back_on_the_menu_is_resurrected() -> None:
    story = Story()
    story.done(story.begins("a", sets={"glazed/listed": True}), at(1))
    story.done(story.begins("b", sets={"glazed/listed": False}), at(2))
    story.stands("glazed/listed", value=True, stamp=at(1))
    assert kinds(story) == ["resurrected"]


def test_one_region_that_lost_is_enough() -> None:
    story = two_prices()
    right = two_prices()
    right.stands(PRICE, 249, at(2, EU))
    regions = {US: right.state(), EU: story.state()}
    assert [one.kind for one in check_registers(story.history, regions)] == ["lost"]


def test_hours_that_stand_below_later_ones_are_a_loss() -> None:
    story = Story()
    story.done(story.sets_hours("a", "Mo-Su 07:00-24:00"), at(1, US))
    story.done(story.sets_hours("b", "Mo-Su 09:00-24:00"), at(2, EU))
    story.profile("hours", "Mo-Su 07:00-24:00", at(1, US))
    found = check_registers(story.history, story.regions())
    assert [(one.kind, one.operations) for one in found] == [("lost", ("a", "b"))]
    story.profile("hours", "Mo-Su 09:00-24:00", at(2, EU))
    assert kinds(story) == []


def test_acknowledged_hours_without_a_trace_are_a_loss() -> None:
    story = Story()
    story.answered(story.sets_hours("a", "Mo-Su 07:00-24:00"))
    assert kinds(story) == ["lost"]


def test_a_name_of_a_category_that_is_gone_is_a_loss() -> None:
    story = Story()
    story.done(story.edits_category("a", "names/fr", "Boissons"), at(1))
    story.done(story.edits_category("b", "rank", 7), at(2))
    story.category("rank", 7, at(2))
    found = check_registers(story.history, story.regions())
    assert [(one.kind, one.operations) for one in found] == [("lost", ("a",))]
