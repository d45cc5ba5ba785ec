"""Reads that must see what this region acknowledged a moment ago."""

from types import SimpleNamespace
from typing import Any

from services.storage.keys import Key
from services.storage.regions import RegionRepository
from services.storage.replica import Stored
from services.storage.unknown_stock import UnknownStock, UnknownStockRepository
from tests.support.mrec import GlobalTable, MemoryReplica


class Reads(MemoryReplica):
    """A replica that notes which reads are strongly consistent."""

    def __init__(self) -> None:
        super().__init__(GlobalTable(("eu-west-1",)), "eu-west-1")
        self.consistent: list[bool] = []

    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:
        self.consistent.append(consistent)
        return super().get(key, consistent=consistent)


def test_names_of_unknown_stock_are_those_that_a_file_has_just_left() -> None:
    replica = Reads()
    unknown = UnknownStockRepository(replica)
    unknown.of_store("de-1")
    unknown.ids_that_fit(UnknownStock("de-1", None, {}))
    assert replica.consistent == [True, True]


def test_a_flag_that_drains_a_region_is_seen_at_once() -> None:
    calls: list[dict[str, Any]] = []

    def partition(_: str, **how: Any) -> list[Stored]:
        calls.append(how)
        return []

    table: Any = SimpleNamespace(partition=partition)
    RegionRepository(table).states()
    assert calls == [{"consistent": True}]
