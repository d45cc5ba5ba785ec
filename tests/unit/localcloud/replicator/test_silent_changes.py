"""A change that no stream record shows (the emulator expires items so) is found and replicated."""

import asyncio
from collections.abc import Sequence
from typing import cast

from localcloud.replicator.dynamo import Dynamo, UnreachableError
from localcloud.replicator.images import Item, canonical, digest_of, render
from localcloud.replicator.ledger import Ledger
from localcloud.replicator.mesh import Mesh, RegionState
from localcloud.replicator.silent_changes import look_into_suspects
from localcloud.replicator.stream import now_ms
from localcloud.replicator.versions import Version

ITEM: Item = {"pk": {"S": "1"}, "a": {"S": "x"}}
KEY = render({"pk": {"S": "1"}})
HELD = Version(5, "a", digest_of(canonical(ITEM)))


class TableDouble:
    """Stands for a region's table: holds at most one item."""

    def __init__(self, region: str) -> None:
        self.region = region
        self.items: list[Item] = [ITEM]
        self.away = False

    async def read(self, keys: Sequence[bytes]) -> list[Item]:
        if self.away:
            raise UnreachableError(self.region)
        assert list(keys) == [KEY]
        return self.items


def _mesh() -> tuple[Mesh, RegionState, TableDouble]:
    tables = [TableDouble("a"), TableDouble("b")]
    mesh = Mesh(cast("list[Dynamo]", tables), Ledger(["a", "b"]))
    region = mesh.regions["a"]
    region.cursor.key_names = ("pk",)
    for name in mesh.regions:
        mesh.ledger.believe(name, KEY, HELD)
    mesh.suspect("a", KEY, 0)
    region.known_until_ms = 10_000
    return mesh, region, tables[0]


def _look(mesh: Mesh, region: RegionState) -> None:
    asyncio.run(look_into_suspects(mesh, region))


def test_what_is_as_believed_is_no_longer_suspect() -> None:
    mesh, region, _ = _mesh()
    _look(mesh, region)
    assert region.suspects == {}
    assert mesh.ledger.held("a", KEY) == HELD


def test_a_silent_delete_seen_twice_counts_as_a_write_of_now() -> None:
    mesh, region, table = _mesh()
    table.items = []
    began = now_ms()
    _look(mesh, region)
    assert mesh.ledger.held("a", KEY) == HELD
    region.known_until_ms = now_ms() + 10_000
    _look(mesh, region)
    held = mesh.ledger.held("a", KEY)
    assert held is not None
    assert held.deleted
    assert held.stamp >= began
    assert KEY in mesh.queues["a", "b"]


def test_nothing_is_decided_before_the_stream_has_been_read_past_the_moment() -> None:
    mesh, region, table = _mesh()
    table.items = []
    _look(mesh, region)
    _look(mesh, region)
    assert mesh.ledger.held("a", KEY) == HELD
    assert KEY in region.suspects


def test_a_region_that_is_away_decides_nothing() -> None:
    mesh, region, table = _mesh()
    table.away = True
    _look(mesh, region)
    assert KEY in region.suspects
