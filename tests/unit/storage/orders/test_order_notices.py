"""Reservations of notices: one process at a time, also where regions write at once."""

import pytest

from services.convergence.repair import Repairer
from services.domain.mail_reservation import RESERVED_MS, Reservation
from services.domain.orders.contact import KEPT_S
from services.storage import keys
from services.storage.operations import OperationRepository
from services.storage.order_notices import OrderNotices
from services.storage.table import Table
from tests.support.counted_replica import CountedReplica
from tests.support.mrec import GlobalTable, MemoryReplica
from tests.support.order_story import REGIONS

EU, US, _ = REGIONS
NAME = "a" * 26
NOW_MS = 1_780_000_000_000
PICKUP_AT = NOW_MS // 1000 + 3600
PLACED, READY = "guest/placed", "guest/ready"


def reserve(notices: OrderNotices, name: str, holder: str) -> Reservation | None:
    return notices.reserve(notices.held(NAME), name, NOW_MS, holder, pickup_at=PICKUP_AT)


def test_a_notice_is_reserved_by_one_process_and_given_back_by_it_alone(table: Table) -> None:
    notices = OrderNotices(table)
    held = notices.held(NAME)
    taken = notices.reserve(held, PLACED, NOW_MS, "eu/1", pickup_at=PICKUP_AT)
    assert taken == Reservation(NOW_MS + RESERVED_MS, "eu/1", 1)
    assert notices.reserve(held, PLACED, NOW_MS, "eu/2", pickup_at=PICKUP_AT) is None
    assert reserve(notices, READY, "eu/3") is not None
    notices.give_back(NAME, PLACED, Reservation(NOW_MS + RESERVED_MS, "eu/2", 1))
    assert notices.held(NAME).reservation(PLACED) == taken
    notices.give_back(NAME, PLACED, taken)
    now = notices.held(NAME)
    assert now.reservation(PLACED) == Reservation()
    assert now.reservation(READY).holder == "eu/3"
    assert now.stored is not None
    assert now.stored.expires == PICKUP_AT + KEPT_S


def test_another_notice_that_is_reserved_meanwhile_is_no_obstacle(table: Table) -> None:
    notices = OrderNotices(table)
    held = notices.held(NAME)
    assert reserve(notices, READY, "us/1") is not None
    assert notices.reserve(held, PLACED, NOW_MS, "eu/1", pickup_at=PICKUP_AT) is not None
    now = notices.held(NAME)
    assert [now.reservation(one).holder for one in (PLACED, READY)] == ["eu/1", "us/1"]


def test_what_is_given_back_after_it_expired_is_not_written_anew(table: Table) -> None:
    notices = OrderNotices(table)
    notices.give_back(NAME, PLACED, Reservation(NOW_MS, "eu/1", 1))
    assert table.get(keys.order_notices(NAME)) is None


def test_a_notice_takes_one_read_and_one_write() -> None:
    replica = CountedReplica(GlobalTable(REGIONS), EU)
    assert reserve(OrderNotices(replica), PLACED, "eu/1") is not None
    assert (replica.used["requests"], replica.used["writes"]) == (2, 1)


@pytest.mark.parametrize("first", [EU, US])
def test_of_two_regions_that_reserve_other_notices_at_once_both_hold_and_expire(first: str) -> None:
    tables = GlobalTable(REGIONS)
    replicas = {one: MemoryReplica(tables, one) for one in REGIONS}
    for region in (EU, US) if first == EU else (US, EU):
        notices = OrderNotices(replicas[region])
        assert reserve(notices, PLACED if region == EU else READY, region) is not None
    read = dict.fromkeys(REGIONS, 0)
    while any(tables.pending.values()):
        tables.deliver_all()
        for region, replica in replicas.items():
            repairer = Repairer(replica, OperationRepository(replica))
            stream = tables.regions[region].stream
            for change in stream[read[region] :]:
                repairer.settle(change)
                read[region] += 1
    for replica in replicas.values():
        held = OrderNotices(replica).held(NAME)
        assert [held.reservation(one).holder for one in (PLACED, READY)] == [EU, US]
        assert held.stored is not None
        assert held.stored.expires == PICKUP_AT + KEPT_S
