"""The checker's rule of sessions, on made-up checks."""

from loadtests.checker.sessions import Sessions, check_sessions
from tests.support.check_story import EU, STORE, US, Story, at

PRICE = "glazed/price"


def judged(story: Story, *alone: str) -> Sessions:
    return check_sessions(story.history, story.state(), alone)


def two_prices() -> Story:
    story = Story()
    story.done(story.begins("a", sets={PRICE: 199}), at(1))
    story.done(story.begins("b", sets={PRICE: 249}), at(2))
    return story


def test_a_client_sees_its_own_write() -> None:
    story = two_prices()
    story.read(price=249)
    assert judged(story, STORE) == Sessions((), 1, 0, 0.0)


def test_a_later_write_of_another_client_may_stand_in_its_place() -> None:
    story = two_prices()
    story.done(story.begins("c", sets={PRICE: 299}, client=1), at(3, EU))
    story.read(price=299)
    assert judged(story, STORE).violations == ()


def test_an_older_value_than_its_own_is_stale() -> None:
    story = two_prices()
    story.read(price=199)
    (found,) = judged(story, STORE).violations
    assert (found.kind, found.operations) == ("stale", ("b",))


def test_the_catalogs_price_after_its_own_write_is_stale() -> None:
    story = two_prices()
    story.read(price=150)
    assert [one.kind for one in judged(story, STORE).violations] == ["stale"]


def test_time_does_not_go_back_between_two_reads() -> None:
    story = Story()
    story.done(story.begins("a", sets={"glazed/count": 10}, client=1), at(1))
    story.done(story.begins("b", sets={"glazed/count": 20}, client=1), at(2))
    story.read(count=20)
    story.read(count=10)
    (found,) = judged(story, STORE).violations
    assert (found.kind, found.operations) == ("stale", ())


def test_where_several_regions_write_a_stale_read_is_counted_with_its_age() -> None:
    story = two_prices()
    story.read(price=199)
    assert judged(story) == Sessions((), 1, 1, 1.0)


def test_a_write_in_another_region_promises_nothing() -> None:
    story = two_prices()
    story.done(story.begins("c", sets={PRICE: 299}), at(3, EU))
    story.read(price=249)
    assert judged(story, STORE).violations == ()


def test_a_write_of_unknown_outcome_promises_nothing() -> None:
    story = two_prices()
    story.answered(story.begins("c", sets={PRICE: 299}), "unknown")
    story.journal("c", at(3))
    story.read(price=249)
    assert judged(story, STORE).violations == ()


def test_a_delisted_item_stays_off_the_clients_own_menu() -> None:
    story = Story()
    story.answered(story.begins("a", sets={"glazed/listed": False}))
    story.read()
    assert judged(story, STORE).violations == ()
    story.read(price=150)
    assert [one.kind for one in judged(story, STORE).violations] == ["stale"]


def test_while_an_outcome_is_unknown_both_listings_are_right() -> None:
    story = Story()
    story.answered(story.begins("a", sets={"glazed/listed": False}))
    story.answered(story.begins("b", sets={"glazed/listed": True}), "unknown")
    story.read()
    story.read(price=150)
    assert judged(story, STORE).violations == ()


def test_a_retry_is_not_the_last_word() -> None:
    story = Story()
    story.answered(story.begins("a", sets={"glazed/listed": False}))
    story.answered(story.begins("b", sets={"glazed/listed": True}))
    story.answered("a")
    story.read(price=150)
    assert judged(story, STORE).violations == ()


def test_a_clients_own_sales_show_in_its_region_even_where_others_write() -> None:
    story = Story()
    story.done(story.begins("a", sold=3), at(1))
    story.done(story.begins("b", sold=4), at(2))
    story.answered("b")
    story.read(sold=7)
    assert judged(story).violations == ()
    story.read(sold=6)
    assert [one.kind for one in judged(story).violations] == ["stale"]


def test_a_sale_that_another_region_applied_need_not_show_here() -> None:
    story = Story()
    story.answered(story.begins("a", sold=3), region=US)
    story.journal("a", at(1, EU))
    story.read(sold=0)
    assert judged(story).violations == ()
