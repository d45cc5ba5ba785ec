"""Mails about what sells out and comes back: once, whichever region saw it, and at a good time."""

from contextlib import suppress
from itertools import chain, cycle, pairwise, repeat
from typing import Any

import pytest

from services.alerts.report import DELAYED, GIVEN_UP, LOOKED_AT, REFUSED, REPEATED, SENT, TAKEN_OVER
from services.domain.documents.stock import Stock
from services.domain.documents.subscriber import Subscriber
from services.domain.mail import Mail, MailRefusedError, MailsLimitedError, MailUnansweredError
from services.domain.mail_reservation import RECHECK_MS, RESERVED_MS, Reservation
from services.domain.orders.takeover import region_of
from services.domain.register import assign
from services.domain.stamp import Stamp
from services.domain.stock_alerts.news import MAILS_AN_HOUR
from services.domain.stock_alerts.opt_out import link, subscriber_id, token_of
from services.domain.stock_alerts.quiet_hours import QuietHours
from services.domain.stock_files.learned import Learned
from services.storage import keys
from services.storage.unknown_stock import UnknownStock, UnknownStockRepository
from tests.support.alerts import World
from tests.support.mail_world import NOON_MS, REGIONS

HOUR_MS = 3_600_000
FIRST, SECOND, THIRD = REGIONS


class Killed(BaseException):
    """The process ends; nothing of it runs on."""


def test_one_mail_says_what_sold_out_and_another_that_it_is_back() -> None:
    world = World()
    world.subscribe()
    world.count(FIRST, {"echo-plus": 0, "echo-dot": 12})
    world.run()
    assert world.subjects() == ["Sold out: Echo Plus (Berlin berlin)"]
    world.count(SECOND, {"echo-plus": 7, "echo-dot": 11})
    world.run()
    assert world.subjects()[1:] == ["Back: Echo Plus (Berlin berlin)"]
    assert "- Echo Plus: 7 left" in world.mailbox.mails[1].text


def test_an_item_that_becomes_known_is_mailed_once_and_under_its_own_id_when_it_is_back() -> None:
    world = World()
    world.subscribe()
    at = world.tables.now_ms
    world.count(FIRST, {"echo-dot": 0})
    world.run()
    unknown = UnknownStockRepository(world.replicas[FIRST])
    unknown.keep(UnknownStock("berlin", None, {"echo-dot": "Echo Dot"}))
    names = unknown.of_store("berlin")
    world.count(FIRST, {"B07-1": 0}, counted_ms=at)
    unknown.forget(names, ["echo-dot"], learned={"echo-dot": Learned("B07-1", at)})
    world.run(2 * HOUR_MS)
    assert world.subjects() == ["Sold out: echo-dot (Berlin berlin)"], "it is the same item"
    world.count(FIRST, {"B07-1": 5})
    world.run(2 * HOUR_MS)
    assert world.subjects()[1:] == ["Back: B07-1 (Berlin berlin)"]
    world.subscribe("new@example.org")
    world.count(FIRST, {"B07-1": 0})
    world.run(2 * HOUR_MS)
    assert world.subjects("new@example.org") == ["Sold out: B07-1 (Berlin berlin)"]


def test_counts_in_two_regions_at_once_are_one_mail() -> None:
    world = World()
    world.subscribe()
    world.count(FIRST, {"echo-plus": 0}, source="a")
    world.count(SECOND, {"echo-plus": 0}, source="a")
    world.count(THIRD, {"echo-plus": 0}, source="b")
    world.run(2 * HOUR_MS)
    assert len(world.mailbox.mails) == 1


def test_what_was_sold_out_before_the_subscription_is_no_news() -> None:
    world = World()
    world.count(FIRST, {"echo-plus": 0})
    world.run()
    world.subscribe()
    world.count(FIRST, {"echo-dot": 0})
    world.run()
    (mail,) = world.mailbox.mails
    assert "echo-dot" in mail.text
    assert "Echo Plus" not in mail.text


def test_what_is_back_before_the_mail_was_sent_is_no_news() -> None:
    world = World()
    world.subscribe()
    world.count(FIRST, {"echo-plus": 0})
    world.run(1_000)
    world.count(FIRST, {"echo-plus": 5})
    world.run()
    assert world.mailbox.mails == []


def test_no_mail_is_sent_in_the_quiet_hours_of_the_store_and_one_when_they_end() -> None:
    world = World()
    world.subscribe(quiet=QuietHours(11 * 60, 15 * 60))
    world.count(FIRST, {"echo-plus": 0})
    world.run(HOUR_MS)
    world.count(SECOND, {"echo-dot": 0, "echo-look": 0})
    world.run(HOUR_MS)
    world.count(THIRD, {"echo-look": 3})
    world.run(HOUR_MS - 1_000)
    assert world.mailbox.mails == []
    world.run(HOUR_MS)
    assert world.subjects() == ["Berlin berlin: 2 sold out, 0 back"]


def test_a_store_is_looked_at_when_it_changes_and_when_its_quiet_hours_end() -> None:
    world = World()
    world.subscribe(quiet=QuietHours(11 * 60, 21 * 60))
    for hour in range(3):
        world.count(FIRST, {f"item-{hour}": 0})
        world.run(HOUR_MS)
    world.run(5 * HOUR_MS)
    assert world.counted(LOOKED_AT) == 3 * len(REGIONS)
    assert world.mailbox.mails == []
    world.run(2 * HOUR_MS)
    assert world.subjects() == ["Berlin berlin: 3 sold out, 0 back"]
    assert not any(world.queues.values())


def test_stores_for_which_no_time_is_left_are_named_again_and_no_attempt_is_used_up() -> None:
    world = World()
    for store_id in ("berlin", "paris"):
        world.subscribe(f"{store_id}@example.org", store_id)
        world.count(FIRST, {"echo-plus": 0}, store_id)
    world.run(1_000)
    bodies = [body for _, body in world.queues[FIRST]]
    world.queues[FIRST].clear()
    event = {"Records": [{"messageId": str(at), "body": body} for at, body in enumerate(bodies)]}
    answer = world.deliveries[FIRST].answer(event, chain([20_000], repeat(1_000)).__next__)
    assert answer == {"batchItemFailures": []}
    assert world.counted(LOOKED_AT) == 1
    assert any("paris" in body for _, body in world.queues[FIRST])
    world.run(HOUR_MS)
    assert sorted(one.to for one in world.mailbox.mails) == [
        "berlin@example.org",
        "paris@example.org",
    ]


def test_what_is_back_while_others_are_mailed_is_no_news() -> None:
    world = World()
    addresses = (f"{number}@example.org" for number in range(100))
    ours = [one for one in addresses if region_of(subscriber_id(one), REGIONS) == FIRST][:2]
    for address in ours:
        world.subscribe(address)
    world.count(FIRST, {"echo-plus": 0})
    world.mailbox.after = lambda _: world.count(FIRST, {"echo-plus": 5})
    world.run(HOUR_MS)
    first = world.mailbox.mails[0].to
    assert [one.to for one in world.mailbox.mails] == [first, first], "sold out, and back"
    for address in ours:
        held = world.subscribers[FIRST].held(subscriber_id(address))
        assert held is not None
        assert held.subscriber.reservation == Reservation()


def test_changes_of_many_stores_at_once_are_one_mail() -> None:
    world = World()
    stores = [f"de-{number}" for number in range(20)]
    world.subscribe("area@example.org", *stores)
    for number, store_id in enumerate(stores):
        pieces = {f"item-{at:03d}": 0 for at in range(60)}
        world.count(REGIONS[number % 3], pieces, store_id)
    world.run(2 * HOUR_MS)
    (mail,) = world.mailbox.mails
    assert mail.subject == "20 stores: 1200 items sold out, 0 back"
    assert mail.text.count("and 10 more") == 20


def test_an_address_gets_a_few_mails_an_hour_and_the_rest_in_the_next() -> None:
    world = World()
    world.subscribe()
    sent_at = []
    world.mailbox.after = lambda _: sent_at.append(world.tables.now_ms)
    for number in range(12):
        world.count(FIRST, {f"item-{number:02d}": 0})
        world.run(60_000)
    assert len(world.mailbox.mails) == MAILS_AN_HOUR
    world.run(2 * HOUR_MS)
    assert len(world.mailbox.mails) == MAILS_AN_HOUR + 1
    assert sent_at[-1] >= sent_at[0] + HOUR_MS
    texts = "".join(mail.text for mail in world.mailbox.mails)
    assert all(texts.count(f"- item-{number:02d}\n") == 1 for number in range(12))


def test_one_region_mails_after_the_bound_of_an_hour_though_writes_take_a_second() -> None:
    world = World()
    world.lag_ms = 1_000
    world.subscribe()
    for number in range(12):
        world.count(FIRST, {f"item-{number:02d}": 0})
        world.run(60_000)
    assert len(world.mailbox.mails) == MAILS_AN_HOUR
    world.run(2 * HOUR_MS)
    assert len(world.mailbox.mails) == MAILS_AN_HOUR + 1


def test_a_region_that_takes_another_for_lost_lets_it_be_a_minute_ahead() -> None:
    world = World()
    lost = region_of(world.subscribe(), REGIONS)
    here = next(one for one in REGIONS if one != lost)
    world.living.discard(lost)
    world.count(here, {"echo-plus": 0})
    world.run(50_000)
    assert world.mailbox.mails == []
    world.run(60_000)
    assert len(world.mailbox.mails) == 1


def test_another_region_mails_where_the_responsible_one_is_lost() -> None:
    world = World()
    lost = region_of(world.subscribe(), REGIONS)
    here = next(one for one in REGIONS if one != lost)
    world.living.discard(lost)
    world.count(here, {"echo-plus": 0})
    world.run()
    assert world.subjects() == ["Sold out: Echo Plus (Berlin berlin)"]
    assert world.counted(TAKEN_OVER) == 1
    world.living.add(lost)
    world.run(2 * HOUR_MS)
    assert len(world.mailbox.mails) == 1, "the lost region finds that it was mailed"


def test_another_region_mails_where_the_responsible_one_lives_and_does_nothing() -> None:
    world = World()
    stuck = region_of(world.subscribe(), REGIONS)
    world.mailbox.before = lambda _: None
    world.count(next(one for one in REGIONS if one != stuck), {"echo-plus": 0})
    world.run(1_000)
    world.queues[stuck].clear()
    world.run(9 * 60_000)
    assert world.mailbox.mails == []
    world.run(5 * 60_000)
    assert len(world.mailbox.mails) == 1


def test_of_two_processes_with_the_same_message_one_mails() -> None:
    world = World()
    region = region_of(world.subscribe(), REGIONS)
    world.count(region, {"echo-plus": 0})
    world.run(1_000)
    ((_, body),) = world.queues[region]
    world.mailbox.before = lambda _: world.handle(region, body)
    world.run(HOUR_MS)
    assert len(world.mailbox.mails) == 1


def test_a_process_that_is_ended_while_it_mails_is_made_up_for() -> None:
    def kill(_: Mail) -> None:
        world.mailbox.before = lambda _: None
        raise Killed

    world = World()
    region = region_of(world.subscribe(), REGIONS)
    world.mailbox.before = kill
    world.count(region, {"echo-plus": 0})
    with pytest.raises(Killed):
        world.run()
    assert world.mailbox.mails == []
    # The queue delivers the message of the ended process again.
    world.queues[region].append((world.tables.now_ms + 90_000, '{"storeId":"berlin","sinceMs":1}'))
    world.run(HOUR_MS)
    assert len(world.mailbox.mails) == 1
    assert world.counted(REPEATED) == 1, "whether it had mailed is not known"


def test_a_mail_service_that_fails_is_tried_again_and_no_address_is_logged() -> None:
    world = World()
    world.subscribe()
    failures = iter([ConnectionError("counter@example.org: not now")] * 3)

    def fail(_: Mail) -> None:
        for failure in failures:
            raise failure

    world.mailbox.before = fail
    world.count(FIRST, {"echo-plus": 0})
    world.run(HOUR_MS)
    assert len(world.mailbox.mails) == 1
    assert world.counted("Faults") == 3
    assert world.counted(REPEATED) == 0, "what was reserved was given back"
    assert "example.org" not in str(world.log)


def test_a_mail_that_always_fails_keeps_no_mail_from_the_others() -> None:
    world = World()
    for name in ("first", "second", "third"):
        world.subscribe(f"{name}@example.org")

    def fail(mail: Mail) -> None:
        if mail.to == "second@example.org":
            raise ConnectionError(f"{mail.to}: never")

    world.mailbox.before = fail
    world.count(FIRST, {"echo-plus": 0})
    world.run()
    assert sorted(one.to for one in world.mailbox.mails) == [
        "first@example.org",
        "third@example.org",
    ]
    assert world.counted("Faults") > 1, "it is tried again"
    assert "example.org" not in str(world.log)


def test_a_mail_without_an_answer_stays_reserved_and_is_repeated_only_then() -> None:
    world = World()
    world.subscribe()
    sent: list[int] = []

    def hang(_: Mail) -> None:
        sent.append(world.tables.now_ms)
        if len(sent) == 1:
            raise MailUnansweredError("SES did not answer: ReadTimeoutError")

    world.mailbox.before = hang
    world.count(FIRST, {"echo-plus": 0})
    world.run(HOUR_MS)
    first, second = sent
    assert second - first >= RESERVED_MS
    assert world.counted(REPEATED) == 1


def test_a_mail_that_is_never_answered_is_sent_a_few_times_only() -> None:
    world = World()
    world.subscribe()
    sent: list[int] = []

    def hang(_: Mail) -> None:
        sent.append(world.tables.now_ms)
        raise MailUnansweredError("SES did not answer: ReadTimeoutError")

    world.mailbox.before = hang
    world.count(FIRST, {"echo-plus": 0})
    world.run(36 * HOUR_MS)
    pauses = [later - earlier for earlier, later in pairwise(sent)]
    assert len(sent) == 5
    assert all(later > 4 * earlier for earlier, later in pairwise(pauses))
    # News begin anew, and what was mailed ends the long pauses.
    world.mailbox.before = lambda _: None
    world.count(FIRST, {"echo-dot": 0})
    world.run(24 * HOUR_MS)
    (mail,) = world.mailbox.mails
    assert "echo-dot" in mail.text
    assert "Echo Plus" in mail.text
    world.count(FIRST, {"echo-plus": 3})
    world.run(HOUR_MS)
    assert len(world.mailbox.mails) == 2


@pytest.mark.parametrize("stores", [1, 3])
def test_a_region_that_takes_over_does_not_repeat_a_mail_beside_the_responsible_one(
    stores: int,
) -> None:
    world = World()
    world.lag_ms = 1_000
    names = [f"store-{number}" for number in range(stores)]
    world.subscribe("counter@example.org", *names)
    sent: list[int] = []

    def hang(_: Mail) -> None:
        sent.append(world.tables.now_ms)
        raise MailUnansweredError("SES did not answer: ReadTimeoutError")

    world.mailbox.before = hang
    for region, name in zip(cycle(REGIONS), names, strict=False):
        world.count(region, {"echo-plus": 0}, name)
    world.run(24 * HOUR_MS)
    assert len(sent) == 5


def test_a_store_whose_mails_wait_for_a_day_is_given_up_counted_and_named() -> None:
    world = World()
    world.subscribe()

    def limit(_: Mail) -> None:
        raise MailsLimitedError("SES takes no more mails for now")

    world.mailbox.before = limit
    world.count(FIRST, {"echo-plus": 0})
    world.run(HOUR_MS)
    world.tables.now_ms += 22 * HOUR_MS  # all of them like the first
    world.run(HOUR_MS - 60_000)
    assert world.counted(GIVEN_UP) == 0
    world.run(HOUR_MS)
    assert world.counted(GIVEN_UP) == len(REGIONS)
    assert "store berlin: not mailed for a day, and given up" in str(world.log)
    assert not any(world.queues.values())
    world.mailbox.before = lambda _: None
    world.count(FIRST, {"echo-dot": 0})
    world.run(HOUR_MS)
    assert world.subjects() == ["Berlin berlin: 2 sold out, 0 back"], (
        "the next change makes up for it"
    )


def test_what_is_mailed_while_its_message_waits_for_longer_than_a_day_is_not_given_up() -> None:
    world = World()
    world.subscribe()

    def hang(_: Mail) -> None:
        raise MailUnansweredError("SES did not answer: ReadTimeoutError")

    world.mailbox.before = hang
    world.count(FIRST, {"echo-plus": 0})
    world.run(23 * HOUR_MS)
    region = region_of(subscriber_id("counter@example.org"), REGIONS)
    held = world.subscribers[region].held(subscriber_id("counter@example.org"))
    assert held is not None
    assert held.subscriber.reservation.until_ms > world.tables.now_ms + HOUR_MS
    world.subscribers[region].mailed(
        held.subscriber.subscriber_id, {"berlin": ["echo-plus"]}, [world.tables.now_ms]
    )
    world.run(2 * HOUR_MS)
    assert world.counted(GIVEN_UP) == 0
    assert not any(world.queues.values())


@pytest.mark.parametrize("left_ms", range(9_000, 26_000, 1_500))
def test_stocks_that_are_slow_to_read_leave_no_reservation_behind(left_ms: int) -> None:
    """Reading a stock takes a second, and the invocation is ended when its time is over."""
    world = World()
    stores = [f"store-{number:02d}" for number in range(20)]
    identity = world.subscribe("area@example.org", *stores)
    region = region_of(identity, REGIONS)
    for store_id in stores:
        world.count(region, {"echo-plus": 0}, store_id)
    world.run(1_000)
    (_, body), *_ = world.queues[region]
    world.queues[region].clear()
    ends_ms = world.tables.now_ms + left_ms
    read = world.subscribers[region].stock

    def slow(store_id: str) -> Stock:
        world.tables.now_ms += 1_000
        if world.tables.now_ms > ends_ms:
            raise Killed
        return read(store_id)

    world.subscribers[region].stock = slow  # type: ignore[method-assign]
    event = {"Records": [{"messageId": "1", "body": body}]}
    with suppress(Killed):
        world.deliveries[region].answer(event, lambda: ends_ms - world.tables.now_ms)
    held = world.subscribers[region].held(identity)
    assert held is not None
    assert held.subscriber.reservation == Reservation()
    if left_ms >= 12_000:
        assert world.mailbox.mails, "with what was read in time"
    else:
        ((due_ms, _),) = world.queues[region]
        assert due_ms <= world.tables.now_ms + RECHECK_MS


def test_a_reservation_of_an_earlier_version_is_read() -> None:
    """Version 0.1.0 wrote the two registers of a subscriber that are read here."""
    world = World()
    identity = world.subscribe()
    region = region_of(identity, REGIONS)
    until_ms = world.tables.now_ms + 12 * 60_000

    def reserve(current: Any, stamp: Stamp) -> Subscriber:
        written = {"claim": [until_ms, "eu-west-1/0f"], "unanswered": 2}
        return Subscriber(identity, assign(current.registers, written, stamp))

    world.replicas[region].change(keys.subscriber(identity), reserve)
    held = world.subscribers[region].held(identity)
    assert held is not None
    assert held.subscriber.reservation == Reservation(until_ms, "eu-west-1/0f", 2)
    world.count(region, {"echo-plus": 0})
    world.run(12 * 60_000 - 1_000)
    assert world.mailbox.mails == []
    world.run(60_000)
    assert len(world.mailbox.mails) == 1


def test_attempts_that_took_no_mail_do_not_lengthen_the_pauses() -> None:
    world = World()
    world.subscribe()
    sent: list[int] = []

    def limit(_: Mail) -> None:
        sent.append(world.tables.now_ms)
        raise MailsLimitedError("SES takes no more mails for now")

    world.mailbox.before = limit
    world.count(FIRST, {"echo-plus": 0})
    world.run(HOUR_MS)
    assert len(sent) > 20


def test_subscribers_for_whom_no_time_is_left_are_looked_at_by_the_next_message() -> None:
    world = World()
    for number in range(3):
        world.subscribe(f"{number}@example.org")
    world.count(FIRST, {"echo-plus": 0})
    world.run(1_000)
    for region in REGIONS:
        ((_, body),) = world.queues[region]
        world.queues[region].clear()
        before = len(world.mailbox.mails)
        left = chain([20_000], repeat(1_000))
        event = {"Records": [{"messageId": "1", "body": body}]}
        answer = world.deliveries[region].answer(event, left.__next__)
        assert answer == {"batchItemFailures": []}
        assert len(world.mailbox.mails) - before <= 1
        assert world.queues[region], "the store is named again"
    world.run(HOUR_MS)
    assert len(world.mailbox.mails) == 3


def test_mails_above_the_limit_of_the_service_wait_and_are_not_given_up() -> None:
    world = World()
    for number in range(30):
        world.subscribe(f"{number}@example.org", f"store-{number}")
    sent: list[int] = []

    def limit(_: Mail) -> None:
        """Take two mails a minute."""
        if len([at for at in sent if at > world.tables.now_ms - 60_000]) >= 2:
            raise MailsLimitedError("SES takes no more mails for now: TooManyRequestsException")

    world.mailbox.before = limit
    world.mailbox.after = lambda _: sent.append(world.tables.now_ms)
    for number in range(30):
        world.count(FIRST, {"echo-plus": 0}, f"store-{number}")
    world.run(HOUR_MS)
    assert sorted(one.to for one in world.mailbox.mails) == sorted(
        f"{number}@example.org" for number in range(30)
    )
    assert world.counted(DELAYED) > 0
    assert (world.counted(REPEATED), world.counted("AlertStoresFailed")) == (0, 0)


def test_an_address_that_is_refused_for_good_is_told_nothing_and_counted() -> None:
    world = World()
    world.subscribe()

    def refuse(_: Mail) -> None:
        raise MailRefusedError("SES refuses the mail for good: BadRequestException")

    world.mailbox.before = refuse
    world.count(FIRST, {"echo-plus": 0})
    world.run(HOUR_MS)
    assert (world.counted(REFUSED), world.counted(SENT)) == (1, 0)
    assert not any(world.queues.values())


def test_a_cut_between_regions_makes_no_second_mail_of_what_both_sides_saw() -> None:
    world = World()
    region = region_of(world.subscribe(), REGIONS)
    other = next(one for one in REGIONS if one != region)
    world.count(other, {"echo-plus": 0}, source="x")
    world.run(30_000, deliver=False)
    assert world.mailbox.mails == []
    world.run(HOUR_MS)
    assert len(world.mailbox.mails) == 1


def test_a_message_that_names_no_store_is_dropped_and_logged() -> None:
    world = World()
    late = '{"storeId": "berlin", "sinceMs": 1, "dueMs": "soon"}'
    odd = ('{"storeId": 5}', '{"storeId": "a/b", "sinceMs": 1}', late, "\ud800")
    for body in ("", "[]", "null", *odd):
        world.handle(FIRST, body)
    assert not any(world.queues.values())
    assert world.counted("AlertStoresFailed") == 7


def test_a_store_without_subscribers_is_looked_at_once() -> None:
    world = World()
    world.count(FIRST, {"echo-plus": 0})
    world.run(HOUR_MS)
    assert not any(world.queues.values())
    assert world.counted("AlertStoresLookedAt") == len(REGIONS)


def test_mails_are_only_for_stores_that_are_still_subscribed() -> None:
    world = World()
    identity = world.subscribe()
    held = world.subscribers[FIRST].held(identity)
    assert held is not None
    world.count(FIRST, {"echo-plus": 0})
    token = token_of(link("", held.subscriber).rpartition("=")[2])
    assert token is not None
    assert world.subscribers[FIRST].opt_out(token)
    world.run(HOUR_MS)
    assert world.mailbox.mails == []
    assert world.tables.now_ms > NOON_MS


def test_a_process_that_is_overtaken_before_its_reservation_does_not_mail() -> None:
    world = World()
    region = region_of(world.subscribe(), REGIONS)
    world.count(region, {"echo-plus": 0})
    world.run(1_000)
    ((_, body),) = world.queues[region]
    world.queues[region].clear()
    world.replicas[region].interloper = lambda: world.handle(region, body)
    world.handle(region, body)
    assert len(world.mailbox.mails) == 1
    world.run(HOUR_MS)
    assert len(world.mailbox.mails) == 1


def test_a_list_that_names_a_subscriber_that_left_the_store_mails_nobody() -> None:
    world = World()
    identity = world.subscribe("counter@example.org", "berlin", "hamburg")
    key = keys.subscriber(identity)

    def leave(current: Any, stamp: Stamp) -> Subscriber:
        left: Subscriber = current.unsubscribed(stamp, ["berlin"])
        return left

    world.replicas[FIRST].change(key, leave)
    world.tables.deliver_all()
    assert world.subscribers[FIRST].ids_of("berlin") == [identity]
    world.count(FIRST, {"echo-plus": 0}, "berlin")
    world.run(HOUR_MS)
    assert world.mailbox.mails == []
    world.count(FIRST, {"echo-plus": 0}, "hamburg")
    world.run(HOUR_MS)
    assert world.subjects() == ["Sold out: Echo Plus (Berlin hamburg)"]
