"""Notices whose answers are lost: a few times each, over all regions, and not for ever."""

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest

from services.domain.mail import MailUnansweredError
from services.domain.mail_reservation import MOST_UNANSWERED, RECHECK_MS, RESERVED_MS, Reservation
from services.domain.orders import facts as f
from services.domain.orders.contact import KEPT_S, Contact
from services.domain.orders.duties import open_work
from services.domain.orders.duty import Duty, DutyKind
from services.domain.orders.notices import LATE_MS, Notice
from services.domain.orders.state import fold
from services.domain.orders.takeover import LONGEST_WAIT_MS, OVERDUE_MS
from services.domain.stamp import Stamp
from services.fulfilment import report as counts
from services.storage import keys
from services.storage.kinds import Settings
from services.storage.order_notices import OrderNotices
from services.storage.replica import Stored
from tests.support.fulfilment import NOON_MS, World
from tests.support.order_story import REGIONS, place, wanted

EU, US, AP = REGIONS
MINUTE_MS = 60_000
AT_STORE = wanted(("flat-white", 1), method=f.AT_STORE)
PLACED = "guest/placed"


class Killed(BaseException):
    """The process ends; nothing of it runs on."""


def run(world: World, minutes: int, *regions: str, every: int = 1) -> None:
    """Let time pass, with sweeps in the same instant, which do not see what others write then."""
    for _ in range(minutes // every):
        world.tables.now_ms += every * MINUTE_MS
        world.sweep(*(regions or REGIONS))
        world.work(*(regions or REGIONS))
        deliver(world)


def deliver(world: World) -> None:
    """Let arrive what is not cut off."""
    for pair in world.tables.pending:
        while world.tables.pending[pair] and pair not in world.tables.cuts:
            world.tables.deliver(pair, 0)


def losing_answers(world: World) -> dict[str, list[int]]:
    """Have every answer lost; return when each notice was taken, by audience and topic."""
    taken: dict[str, list[int]] = {}

    def lose(notice: Notice) -> None:
        taken.setdefault(f"{notice.audience}/{notice.topic}", []).append(world.tables.now_ms)
        raise MailUnansweredError("the service did not answer: ReadTimeoutError")

    world.mailbox.after = lose
    return taken


def answer(world: World) -> None:
    """Lose no answers any more."""
    world.mailbox.after = lambda _: None


def left(world: World, name: str) -> list[str]:
    """Return the notices that are still due, in any region that knows the order."""
    known = [order for order in (world.orders[one].read(name) for one in REGIONS) if order]
    return [
        one.key
        for order in known
        for one in open_work(order, REGIONS)
        if one.kind is DutyKind.NOTIFY
    ]


def unpaid(world: World) -> str:
    """An accepted order for which money is missing, before anybody got a notice of it."""
    name = place(world.replicas[EU]).order.order_id
    world.work(EU)
    for data in (f.Accepted(), f.Voided(1, 300)):
        world.orders[EU].record(name, data, "x")
    return name


def total(world: World, metric: str) -> int:
    return sum(one.counts[metric] for one in world.reports.values())


def reserved(world: World, region: str, name: str) -> Reservation:
    """Return the reservation of the notice to the guest that the order was placed."""
    return OrderNotices(world.replicas[region]).held(name).reservation(PLACED)


def row(world: World, name: str) -> Stored:
    found = world.replicas[EU].get(keys.order_notices(name))
    assert found is not None
    return found


def test_a_notice_that_is_never_answered_is_sent_five_times_over_all_regions() -> None:
    world = World()
    taken = losing_answers(world)
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    world.work(EU)
    run(world, 60)
    assert world.state(US, name).ended
    run(world, 22 * 60, every=5)
    assert {one: len(times) for one, times in taken.items() if "expired" in one} == {
        "guest/expired": MOST_UNANSWERED,
        "store/expired": MOST_UNANSWERED,
    }
    assert max(map(len, taken.values())) == MOST_UNANSWERED
    for times in taken.values():
        pauses = [later - earlier for earlier, later in pairwise(times)]
        assert all(later > 2 * earlier for earlier, later in pairwise(pauses))
    assert left(world, name) == []
    faults = str([one.faults for one in world.reports.values()])
    assert faults.count("notified/guest/expired: handed over 5 times without an answer") == 1


def test_a_notice_to_the_operator_is_given_up_as_well_and_rings_nevertheless() -> None:
    world = World()
    name = unpaid(world)
    taken = losing_answers(world)
    world.work(EU)
    deliver(world)
    run(world, 60)
    assert total(world, counts.TO_OPERATOR) == 0
    run(world, 36 * 60, every=10)
    assert len(taken["operator/unpaid/1"]) == MOST_UNANSWERED
    assert total(world, counts.TO_OPERATOR) == 1
    assert left(world, name) == []


def test_a_lost_answer_is_made_up_for_once_and_counted() -> None:
    world = World()
    taken = losing_answers(world)
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    world.work(EU)
    answer(world)
    run(world, 5)
    assert world.mailbox.topics(f.GUEST) == ["placed", "placed"]
    assert taken.keys() == {PLACED, "store/placed"}
    assert (total(world, counts.SENT), total(world, counts.REPEATED)) == (2, 2)
    assert total(world, counts.NOTICES_FAILED) == 2
    assert left(world, name) == []


def test_what_the_service_surely_did_not_take_uses_up_no_attempt() -> None:
    world = World()
    world.mailbox.failure = ConnectionError("no mail service")
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    world.work(EU)
    run(world, 7)
    assert reserved(world, EU, name) == Reservation()
    assert total(world, counts.NOTICES_FAILED) > 2
    world.mailbox.failure = None
    run(world, 2)
    assert world.mailbox.topics(f.GUEST) == ["placed"]
    assert total(world, counts.REPEATED) == 0


@pytest.mark.parametrize(("audience", "topic"), [(f.GUEST, "unpaid/1"), (f.OPERATOR, "unpaid/1")])
def test_a_process_that_ends_after_each_hand_over_repeats_it_a_few_times_only(
    audience: str, topic: str
) -> None:
    def kill(notice: Notice) -> None:
        if (notice.audience, notice.topic) == (audience, topic):
            raise Killed

    world = World()
    name = unpaid(world)
    world.mailbox.after = kill
    for _ in range(3 * 48):
        world.tables.now_ms += 30 * MINUTE_MS
        # The queue delivers the message of the ended process again.
        world.queues[EU].append(name)
        with suppress(Killed):
            world.drain(EU)
    assert world.mailbox.topics(audience).count(topic) == MOST_UNANSWERED
    assert not [one for one in left(world, name) if audience in one]


def test_a_region_that_takes_over_from_a_lost_one_lets_its_reservation_pass() -> None:
    world = World()
    taken = losing_answers(world)
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    start = world.tables.now_ms
    world.work(EU)
    deliver(world)
    answer(world)
    world.lose(EU)
    run(world, 2, US, AP)
    assert world.mailbox.topics(f.GUEST) == ["placed"], "it holds, and for a minute more"
    run(world, 3, US, AP)
    assert world.mailbox.topics(f.GUEST) == ["placed", "placed"]
    assert world.reports[US].counts[counts.TAKEN_OVER] >= 2
    assert world.tables.now_ms - start >= RESERVED_MS + RECHECK_MS
    assert taken[PLACED] == [start]
    world.heal()
    world.work_everywhere()
    assert world.mailbox.topics(f.GUEST) == ["placed", "placed"]
    assert left(world, name) == []


class Hanging:
    """A service that takes nothing, and does not answer."""

    def __init__(self) -> None:
        self.calls = 0

    def send(self, _: Notice) -> None:
        self.calls += 1
        raise MailUnansweredError("the service did not answer: ReadTimeoutError")


def test_another_region_notifies_where_the_service_of_a_living_one_does_not_answer() -> None:
    world = World()
    hanging = world.performers[EU]._notifier._desk._sender = Hanging()
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    world.work(EU)
    deliver(world)
    world.orders[EU].record(name, f.Accepted(), "ada")
    world.work(EU)
    deliver(world)
    assert hanging.calls == 3, "placed to guest and store, accepted"
    run(world, 40)
    assert world.mailbox.topics(f.GUEST) == ["accepted"]
    assert hanging.calls == 4, "accepted, before anybody took it over"
    assert total(world, counts.TAKEN_OVER) == 1
    assert left(world, name) == []


@pytest.mark.parametrize(("last", "first"), [(US, AP), (AP, US)])
def test_of_two_regions_that_may_repeat_a_notice_the_one_that_did_not_try_last_is_first(
    last: str, first: str
) -> None:
    world = World()
    name = place(world.replicas[US], want=AT_STORE).order.order_id
    world.orders[US].record(name, f.Accepted(), "ada")
    notices = OrderNotices(world.replicas[US])
    before_ms = world.tables.now_ms - RESERVED_MS
    held = notices.held(name)
    notices.reserve(held, "guest/accepted", before_ms, f"{last}/0f", pickup_at=0)
    deliver(world)
    # AP takes over from US, which lives. Neither sees what the other one does.
    world.tables.now_ms += OVERDUE_MS + 1
    look(world, last, name)
    assert world.mailbox.topics(f.GUEST) == []
    look(world, first, name)
    assert world.mailbox.topics(f.GUEST) == ["accepted"]
    world.tables.now_ms = NOON_MS + LONGEST_WAIT_MS + RECHECK_MS - 1
    look(world, last, name)
    assert world.mailbox.topics(f.GUEST) == ["accepted"], "the other one need not have looked yet"
    world.tables.now_ms += 1
    look(world, last, name)
    assert world.mailbox.topics(f.GUEST) == ["accepted", "accepted"]


def look(world: World, region: str, name: str) -> None:
    """Let a region look at an order."""
    world.performers[region].perform(name, world.tables.now_ms, world.living, world.reports[region])


def test_a_notice_that_cannot_be_composed_leaves_no_reservation_behind() -> None:
    world = World()

    def fail(_: str) -> None:
        raise ConnectionError("the table does not answer")

    desk = world.performers[EU]._notifier._desk
    names, desk._names = desk._names, fail  # type: ignore[assignment]
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    world.work(EU)
    assert world.replicas[EU].get(keys.order_notices(name)) is None
    assert total(world, counts.NOTICES_FAILED) == 2
    desk._names = names
    run(world, 1)
    assert world.mailbox.topics(f.GUEST) == ["placed"]


def test_a_guest_who_gets_no_mail_has_no_reservation() -> None:
    world = World()
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    world.orders[EU].forget(name)
    world.work(EU)
    assert set(row(world, name).body["e"]) == {"store/placed"}


@pytest.mark.parametrize(("placed_in", "to"), [(EU, "eu"), (US, "us"), (AP, "eu")])
def test_a_notice_goes_to_the_address_that_was_given_with_what_counts(
    placed_in: str, to: str
) -> None:
    """That of `AP` has not arrived: the mail goes to another one of the guest's."""
    world = World()
    desk = world.performers[EU]._notifier._desk
    order = place(world.replicas[EU], want=AT_STORE).order
    given = [
        Contact(order.order_id, Stamp(1, region), {"name": "Ada", "mail": f"{name}@example.org"})
        for region, name in ((EU, "eu"), (US, "us"))
    ]
    state = replace(fold(order), placed_in=placed_in)
    duty = Duty(DutyKind.NOTIFY, "x", 0, EU, name="placed", audience=f.GUEST)
    notice = desk.compose(order.order_id, state, duty, given[0].merge(given[1]))
    assert notice is not None
    assert notice.to == f"{to}@example.org"


def test_reservations_that_cannot_be_read_keep_no_money_from_being_taken() -> None:
    world = World()
    name = place(world.replicas[EU]).order.order_id
    stamp = world.replicas[EU].clock.tick()
    topics = (PLACED, "guest/accepted", "store/placed")
    damaged = Settings({}).assign(dict.fromkeys(topics, "no reservation"), stamp).dump()
    world.replicas[EU].put(keys.order_notices(name), damaged, rev=stamp, replaces=None)
    world.work(EU)
    world.orders[EU].record(name, f.Accepted(), "ada")
    world.work(EU)
    assert world.state(EU, name).payment.captured == {1: 300}
    assert world.mailbox.notices == []
    assert total(world, counts.NOTICES_FAILED) > 0
    world.tables.now_ms += LATE_MS
    world.sweep(EU)
    assert not [one for one in left(world, name) if "guest" in one]


def test_reservations_hold_no_personal_data_and_expire_with_it() -> None:
    world = World()
    losing_answers(world)
    name = place(world.replicas[EU], want=AT_STORE).order.order_id
    world.work(EU)
    stored = row(world, name)
    assert "Ada" not in repr(stored)
    assert "example.org" not in repr(stored)
    person = world.replicas[EU].get(keys.person(name))
    assert person is not None
    assert stored.expires == person.expires
    assert stored.expires is not None
    # Of a notice that comes when the personal data has expired, the reservation holds all the same.
    world.tables.now_ms += 2 * KEPT_S * 1000
    world.orders[EU].record(name, f.Cancelled(), "guest")
    world.work(EU)
    assert (row(world, name).expires or 0) >= world.tables.now_ms // 1000 + KEPT_S
