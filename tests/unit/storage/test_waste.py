"""Reads of waste: which are strongly consistent, and how much one request reads."""

from typing import Any

from services.storage import keys
from services.storage.replica import Stored
from services.storage.waste import DAY_AT_MOST, WasteRepository
from tests.support.mrec import GlobalTable, MemoryReplica

STORE, DAY, REGION = "de-1", "2026-05-04", "eu-west-1"


class Reads(MemoryReplica):
    """A replica that notes how it is read.

    Attributes:
        lately: Partitions to which this process wrote a moment ago.
    """

    def __init__(self, lately: tuple[str, ...] = ()) -> None:
        super().__init__(GlobalTable((REGION,)), REGION)
        self.lately = lately
        self.gets: list[bool] = []
        self.queries: list[dict[str, Any]] = []

    def get(self, key: keys.Key, *, consistent: bool = False) -> Stored | None:
        self.gets.append(consistent)
        return super().get(key, consistent=consistent)

    def partition(self, pk: str, **how: Any) -> list[Stored]:
        self.queries.append(how)
        return super().partition(pk, **how)

    def wrote_lately(self, pk: str) -> bool:
        return pk in self.lately


def reads(*lately: str) -> Any:
    return Reads(lately)


def test_the_price_of_what_is_thrown_away_is_the_one_that_was_just_set() -> None:
    replica = reads()
    assert WasteRepository(replica).assortment(STORE) is None
    assert replica.gets == [True]


def test_a_record_that_is_taken_back_may_be_another_process_write_of_a_moment_ago() -> None:
    replica = reads()
    WasteRepository(replica).of_operation(STORE, DAY, "operation-1")
    assert [one["consistent"] for one in replica.queries] == [True]


def test_figures_are_read_consistently_only_by_the_process_that_wrote_lately() -> None:
    for replica, consistent in (
        (reads(), False),
        (reads(keys.waste_partition("de-2")), False),
        (reads(keys.waste_partition(STORE)), True),
    ):
        WasteRepository(replica).span(STORE, [DAY])
        assert [one["consistent"] for one in replica.queries] == [consistent]


def test_a_day_is_read_as_far_as_it_is_shown_and_one_more() -> None:
    replica = reads()
    WasteRepository(replica).span(STORE, [DAY, "2026-05-05"])
    assert [one["newest"] for one in replica.queries] == [DAY_AT_MOST + 1] * 2
