"""A drained region is left by its clients' pings, a few at a time."""

from collections.abc import Iterable

import pytest

from services.live.departure import Departure
from services.live.protocol import GOING_AWAY
from services.storage.table import Table
from tests.support.live_region import LiveRegion

HERE, OTHER = "eu-west-1", "us-east-1"


class Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def departure(drained: Iterable[str], clock: Clock, chances: Iterable[float]) -> Departure:
    rolled = iter(chances)
    return Departure(
        HERE, (HERE, OTHER), lambda: set(drained), monotonic=clock, chance=lambda: next(rolled)
    )


def test_one_ping_in_five_ends_a_connection_of_a_drained_region() -> None:
    leaving = departure({HERE}, Clock(), (at / 100 for at in range(100)))
    assert sum(leaving.is_due() for _ in range(100)) == 20


@pytest.mark.parametrize("drained", [(), (OTHER,), (HERE, OTHER)])
def test_nobody_leaves_a_region_that_serves_or_where_there_is_no_other(
    drained: tuple[str, ...],
) -> None:
    leaving = departure(drained, Clock(), [0.0] * 9)
    assert not any(leaving.is_due() for _ in range(9))


def test_the_table_is_read_once_in_ten_seconds_and_may_be_away() -> None:
    clock, reads = Clock(), list[float]()

    def drained() -> set[str]:
        reads.append(clock.seconds)
        if len(reads) == 2:
            raise ConnectionError
        return {HERE}

    leaving = Departure(HERE, (HERE, OTHER), drained, monotonic=clock, chance=lambda: 0.0)
    assert [leaving.is_due() for _ in range(3)] == [True] * 3
    clock.seconds += 10
    assert leaving.is_due() is False
    clock.seconds += 10
    assert leaving.is_due() is True
    assert reads == [100.0, 110.0, 120.0]


def test_the_connection_is_closed_and_the_client_told_why(table: Table) -> None:
    del table
    region = LiveRegion(departs=lambda: True)
    one = region.ready()
    assert region.say(one, {"type": "ping"}) is None
    assert region.closing(one) == GOING_AWAY
