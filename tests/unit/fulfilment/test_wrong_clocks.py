"""A clock that is wrong by minutes delays nothing elsewhere, and ends nothing early."""

from types import SimpleNamespace
from typing import Any

import pytest

from services.domain.mail import MailUnansweredError
from services.domain.mail_reservation import RESERVED_MS
from services.domain.orders import facts as f
from services.domain.orders.guards import EXPIRY_GRACE_MS
from services.domain.orders.state import ACCEPT_WITHIN_MS, Status
from services.domain.orders.takeover import HEARTBEAT_OLD_MS
from services.domain.orders.wakeups import entry
from services.domain.stamp import COUNTER_BITS, MAX_AHEAD_MS, Stamp
from services.fulfilment import deliveries
from services.fulfilment import report as counts
from services.fulfilment.deliveries import Deliveries
from services.fulfilment.sweeping import Sweeper
from services.storage.living_regions import LivingRegions
from services.storage.order_notices import OrderNotices
from services.storage.regions import RegionStates
from tests.support.fulfilment import NOON_MS, World
from tests.support.order_story import REGIONS, place, wanted

EU, US, AP = REGIONS
ALL = frozenset(REGIONS)
MINUTE = 60_000
AHEAD = 20 * MINUTE
# After which the queue delivers a message again whose process was ended.
AGAIN = 150_000
TWO_AT_STORE = wanted(("ring", 2), method=f.AT_STORE)


def stamps_ahead(world: World, *regions: str) -> None:
    """Let regions change a document of a region whose clock is ahead: theirs are right."""
    for region in regions:
        world.replicas[region].clock.tick(Stamp((NOON_MS + AHEAD) << COUNTER_BITS, US))


def test_stamps_that_run_ahead_keep_no_region_from_doing_what_is_due() -> None:
    world = World()
    stamps_ahead(world, EU)
    name = place(world.replicas[EU]).order.order_id
    world.work(EU)
    assert world.state(EU, name).status is Status.AUTHORIZED
    assert world.mailbox.topics("guest") == ["placed"]
    assert world.mailbox.topics("store") == ["placed"]
    world.orders[EU].record(name, f.Accepted(), "ada")
    world.work(EU)
    assert world.state(EU, name).payment.captured == {1: 300}
    for data in (f.Ready(), f.Collected()):
        world.orders[EU].record(name, data, "ada")
    world.work_everywhere()
    assert f"settled/{EU}" in world.order(EU, name).facts


def test_what_stays_due_is_found_by_the_wall_clock_and_its_item_comes_to_rest() -> None:
    world = World()
    world.provider.lost = 99
    stamps_ahead(world, EU)
    name = place(world.replicas[EU]).order.order_id
    world.work(EU)
    assert world.state(EU, name).status is Status.PLACED
    written = len(world.tables.regions[EU].stream)
    for _ in range(3):
        world.tables.now_ms += MINUTE
        world.orders[EU].refresh(name)
        world.work(EU)
    assert len(world.tables.regions[EU].stream) == written, "its place changes with no look"
    world.provider.lost = 0
    world.sweep(EU)
    assert world.state(EU, name).status is Status.AUTHORIZED


def test_another_region_takes_over_from_a_lost_one_whose_clock_was_ahead() -> None:
    world = World()
    world.provider.lost = 99
    world.tables.regions[US].skew_ms = AHEAD
    name = place(world.replicas[US], want=wanted(("flat-white", 1))).order.order_id
    world.tables.deliver_all()
    world.work(US)
    world.tables.deliver_all()
    heard = {EU: NOON_MS, US: NOON_MS + AHEAD, AP: NOON_MS}
    states: Any = SimpleNamespace(states=lambda: RegionStates(dict(heard), frozenset()))
    living = LivingRegions(states, AP, REGIONS)
    assert living(NOON_MS) == ALL
    world.lose(US)
    world.provider.lost = 0
    now = world.tables.now_ms = NOON_MS + HEARTBEAT_OLD_MS
    heard |= {EU: now, AP: now}
    world.living = living(now)
    assert world.living == {EU, AP}, "its latest heartbeat is from the future"
    ahead = living.ahead_ms(now)
    assert ahead == AHEAD - HEARTBEAT_OLD_MS
    world.sweepers[AP].sweep(now, world.living, ahead_ms=ahead)
    world.drain(AP)
    assert world.state(AP, name).status is Status.AUTHORIZED
    assert world.reports[AP].counts[counts.TAKEN_OVER] >= 1


def test_no_clock_is_followed_for_more_than_an_hour() -> None:
    states: Any = SimpleNamespace(states=lambda: RegionStates({US: 10**15}, frozenset()))
    living = LivingRegions(states, EU, REGIONS)
    living(NOON_MS)
    assert living.ahead_ms(NOON_MS) == MAX_AHEAD_MS
    assert living.ahead_ms(10**15 + 1) == 0


def test_a_deadline_that_was_looked_at_early_is_looked_at_when_it_has_come() -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work_everywhere()
    sweeper = Sweeper(world.open_orders[EU], lambda _: None)
    due = world.state(EU, name).accept_until + EXPIRY_GRACE_MS
    looked = [
        at for at in range(1, 16) if sweeper.sweep(NOON_MS + at * MINUTE, ALL, ahead_ms=AHEAD).sent
    ]
    assert looked[:4] == [1, 2, 4, 8]
    assert 12 in looked, (looked, (due - NOON_MS) / MINUTE)


def deliver(world: World, region: str, name: str, wall_ms: int, sent_ms: int | None) -> None:
    """Let a process of a region work on an order: by its own clock, and by that of the queue."""
    heard = dict.fromkeys(REGIONS, world.tables.now_ms)
    states: Any = SimpleNamespace(states=lambda: RegionStates(heard, frozenset()))
    living = LivingRegions(states, region, REGIONS)
    worker = Deliveries(region, world.performers[region], living, lambda _: None)
    record = {"messageId": "1", "body": entry(name, "1")["MessageBody"]}
    if sent_ms is not None:
        record |= {"attributes": {"ApproximateFirstReceiveTimestamp": str(sent_ms)}}
    world.tables.regions[region].skew_ms = wall_ms - world.tables.now_ms
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "unix_ms", lambda: wall_ms)
        worker.answer({"Records": [record]})


@pytest.mark.parametrize("ahead", [20 * MINUTE, 50 * MINUTE])
def test_a_process_whose_clock_is_ahead_lets_no_fresh_order_of_another_region_expire(
    ahead: int,
) -> None:
    world = World()
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    world.work_everywhere()
    for at in (0, 5 * MINUTE, ACCEPT_WITHIN_MS):
        now = world.tables.now_ms = NOON_MS + at
        deliver(world, US, name, now + ahead, now)
        assert world.state(US, name).status is Status.PLACED, at
    # When its time has come the region still lets it expire, where the responsible one does not.
    now = world.tables.now_ms = NOON_MS + 2 * ACCEPT_WITHIN_MS + EXPIRY_GRACE_MS + MINUTE
    for region in (EU, AP, US):
        deliver(world, region, name, now + (ahead if region == US else 0), now)
    assert world.state(EU, name).status is Status.EXPIRED


def test_a_process_whose_clock_is_ahead_takes_no_living_region_for_lost() -> None:
    world = World()
    name = place(world.replicas[EU]).order.order_id
    world.tables.deliver_all()
    deliver(world, AP, name, NOON_MS + AHEAD, NOON_MS)
    deliver(world, US, name, NOON_MS + AHEAD, NOON_MS)
    assert world.provider.calls == []
    assert world.mailbox.notices == []


def test_a_queue_without_a_usable_clock_leaves_the_wall_clock() -> None:
    world = World()
    name = place(world.replicas[EU]).order.order_id
    deliver(world, EU, name, NOON_MS, None)
    assert world.state(EU, name).status is Status.AUTHORIZED
    at: list[int] = []
    performer: Any = SimpleNamespace(perform=lambda _, now_ms, *__: [*map(at.append, [now_ms])])
    worker = Deliveries(EU, performer, lambda *_: ALL, lambda _: None)
    body = entry(name, "1")["MessageBody"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deliveries, "unix_ms", lambda: NOON_MS)
        for stamp in ("soon", None, str(NOON_MS + MINUTE)):
            attributes = {"ApproximateFirstReceiveTimestamp": stamp}
            record = {"messageId": "1", "body": body, "attributes": attributes}
            worker.answer({"Records": [record]})
    assert at == [NOON_MS] * 3


class Judging:
    """A process of a region that only judges which regions live; its beats are those of `heard`."""

    def __init__(self, region: str) -> None:
        self.heard, self.reads = dict.fromkeys(REGIONS, 0), 0
        self._found: list[frozenset[str]] = []
        performer: Any = SimpleNamespace(perform=self._perform)
        living = LivingRegions(self, region, REGIONS)
        self._worker = Deliveries(region, performer, living, lambda _: None)

    def states(self) -> RegionStates:
        self.reads += 1
        return RegionStates(dict(self.heard), frozenset())

    def _perform(self, _: str, __: int, living: frozenset[str], *___: object) -> bool:
        self._found.append(living)
        return True

    def at(self, wall_ms: int, first_ms: int) -> frozenset[str]:
        """Return the regions that live by a message that was delivered first at a time."""
        attributes = {"ApproximateFirstReceiveTimestamp": str(first_ms)}
        record = {"messageId": "1", "body": entry("a" * 26, "1")["MessageBody"]}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(deliveries, "unix_ms", lambda: wall_ms)
            self._worker.answer({"Records": [record | {"attributes": attributes}]})
        return self._found[-1]


@pytest.mark.parametrize("ahead", [0, AHEAD])
def test_a_message_that_comes_again_makes_no_living_region_look_lost(ahead: int) -> None:
    judging = Judging(EU)
    judging.heard = {EU: NOON_MS, US: NOON_MS - 20_000, AP: 0}
    assert US in judging.at(NOON_MS + ahead, NOON_MS - AGAIN)
    for later in (0, 6_000, 30_000, 64_000):
        now = NOON_MS + later
        assert judging.at(now + ahead, now) == {EU, US}, later
    now = NOON_MS + HEARTBEAT_OLD_MS
    assert judging.at(now + ahead, now) == {EU}, "it has been silent for long"


@pytest.mark.parametrize("ahead", [0, AHEAD])
def test_a_beat_from_the_future_ages_from_when_it_was_read_for_a_message_that_came_again(
    ahead: int,
) -> None:
    judging = Judging(EU)
    judging.heard = {EU: NOON_MS, US: NOON_MS + AHEAD, AP: 0}
    judging.at(NOON_MS + ahead, NOON_MS - AGAIN)
    now = NOON_MS + HEARTBEAT_OLD_MS - 1
    assert judging.at(now + ahead, now) == {EU, US}
    assert judging.at(now + 1 + ahead, now + 1) == {EU}


def test_heartbeats_are_read_again_by_the_wall_clock() -> None:
    judging = Judging(EU)
    judging.heard = {EU: NOON_MS, US: NOON_MS, AP: NOON_MS}
    judging.at(NOON_MS, NOON_MS)
    now = NOON_MS + AGAIN
    judging.heard = {EU: now, US: now, AP: NOON_MS}
    judging.at(now, NOON_MS - 1)
    assert judging.reads == 2, "they are old, though the message came first when they were read"
    assert judging.at(now, now) == {EU, US}
    assert judging.reads == 2, "they were just read"
    judging.at(now - MINUTE, now - MINUTE)
    assert judging.reads == 3, "the clock was set back"


def test_a_notice_is_reserved_from_now_on_also_where_the_message_comes_again() -> None:
    world = World()

    def lose(_: object) -> None:
        raise MailUnansweredError("the service did not answer: ReadTimeoutError")

    world.mailbox.after = lose
    name = place(world.replicas[EU], want=TWO_AT_STORE).order.order_id
    now = world.tables.now_ms = NOON_MS + AGAIN
    deliver(world, EU, name, now, NOON_MS)
    held = OrderNotices(world.replicas[EU]).held(name)
    assert held.reservation("guest/placed").until_ms == now + RESERVED_MS
    sent = len(world.mailbox.notices)
    deliver(world, EU, name, now, now)
    assert len(world.mailbox.notices) == sent, "it is reserved, by whatever message"
