"""Whoever hides, shows and moves a store, and wherever: lists end with what its profile says."""

import random
from collections.abc import Mapping
from itertools import permutations
from typing import Final

import pytest

from dataload.store_directory import markets_by_store, row_edits
from services.convergence.reconciling import Reconciler
from services.convergence.repair import Repairer
from services.domain.documents.directory import (
    SHARDS_PER_MARKET,
    DirectoryEntry,
    DirectoryShard,
    shard_of,
)
from services.domain.documents.profile import StoreProfile
from services.domain.edits import edit_store
from services.domain.stamp import Stamp
from services.storage import keys
from services.storage.kinds import Document
from services.storage.listing import Listing
from services.storage.operations import OperationRepository
from tests.support.chain import PROFILE
from tests.support.mrec import GlobalTable, MemoryReplica

REGIONS: Final = ("us-east-1", "eu-west-1", "ap-southeast-1")
STORES: Final = ("1", "2")
MARKETS: Final = ("de", "fr")
QUIET_AFTER: Final = 30


class World:
    """Three regions whose staff hide and show stores, and whose head office moves them."""

    def __init__(self, seed: int, *, loses_records: bool = False) -> None:
        self.chance = random.Random(seed)
        self.loses_records = loses_records
        self.table = GlobalTable(REGIONS)
        self.replicas = {name: MemoryReplica(self.table, name) for name in REGIONS}
        self.repairers = {
            name: Repairer(one, OperationRepository(one)) for name, one in self.replicas.items()
        }
        self.read = dict.fromkeys(REGIONS, 0)
        for store in STORES:
            self.set("us-east-1", store, {**PROFILE, "hidden": False})
            self.import_rows("us-east-1", store)
        self.table.deliver_all()

    def set(self, region: str, store: str, fields: Mapping[str, object]) -> None:
        def edit(current: Document | None, stamp: Stamp) -> StoreProfile:
            before = current if isinstance(current, StoreProfile) else None
            return edit_store(before, store, fields, stamp, again=True)[0]

        self.table.now_ms += 1
        self.replicas[region].change(keys.profile(store), edit)

    def profile(self, region: str, store: str) -> StoreProfile:
        found = self.replicas[region].held(keys.profile(store)).document
        assert isinstance(found, StoreProfile)
        return found

    def import_rows(self, region: str, store: str) -> None:
        replica = self.replicas[region]
        entry = DirectoryEntry.of(self.profile(region, store))
        for key, edit in row_edits([entry], markets_by_store(replica)).items():
            replica.change(key, edit)

    def step(self) -> None:
        chance, table = self.chance, self.table
        region, store = chance.choice(REGIONS), chance.choice(STORES)
        match chance.randrange(8):
            case 0 | 1:
                self.set(region, store, {"hidden": chance.random() < 0.5})
                if chance.random() < 0.9:  # else the process dies before
                    Listing(self.replicas[region]).list_store(store, again=True)
            case 2:
                self.set(region, store, {"market": chance.choice(MARKETS)})
                self.import_rows(region, store)
            case 3:
                table.cuts ^= {chance.choice([*permutations(REGIONS, 2)])}
            case 4:
                table.now_ms += chance.choice((0, 1, 1_000))
                table.regions[region].skew_ms = chance.choice((0, 0, -3_000, 3_000))
            case 5:
                self.settle(region, chance.randrange(1, 5))
            case _:
                for pair in permutations(REGIONS, 2):
                    table.deliver(pair, chance.randrange(9))

    def settle(self, region: str, records: int) -> None:
        start = self.read[region]
        batch = self.table.regions[region].stream[start : start + records]
        self.read[region] += len(batch)
        if self.loses_records:
            return
        for change in batch:
            self.repairers[region].settle(change)

    def heal(self) -> None:
        self.table.cuts.clear()
        for _ in range(QUIET_AFTER):
            self.table.deliver_all()
            busy = False
            for name, region in self.table.regions.items():
                busy |= self.read[name] < len(region.stream)
                self.settle(name, len(region.stream))
            if not busy and not (self.loses_records and self.reconcile()):
                return
        raise AssertionError("it never ends")

    def reconcile(self) -> int:
        written = 0
        for name, replica in self.replicas.items():
            before = len(self.table.regions[name].stream)
            reconciler = Reconciler(replica, self.repairers[name], OperationRepository(replica))
            rows = [one for store in STORES for one in replica.partition(f"STORE#{store}")]
            reconciler.check(rows, until_ms=self.table.now_ms + 60_000, now_s=0)
            written += len(self.table.regions[name].stream) - before
        return written

    def check(self) -> None:
        for region, replica in self.replicas.items():
            shards = [row.document() for row in replica.partition(keys.DIRECTORY)]
            for store in STORES:
                entry = DirectoryEntry.of(self.profile(region, store))
                listed = [
                    one
                    for shard in shards
                    if isinstance(shard, DirectoryShard)
                    for one in shard.entries()
                    if one.store_id == store
                ]
                assert listed == ([] if entry.hidden else [entry]), f"{region}: {store}"


@pytest.mark.parametrize("seed", range(150))
def test_lists_end_with_what_the_profiles_say(seed: int) -> None:
    world = World(seed)
    for _ in range(40):
        world.step()
    world.heal()
    world.check()


@pytest.mark.parametrize("seed", range(50))
def test_the_reconciler_brings_rows_in_line_where_stream_records_are_lost(seed: int) -> None:
    world = World(seed, loses_records=True)
    for store in STORES:  # no two writes of one profile at once: those the journal restores
        for _ in range(3):
            region = world.chance.choice(REGIONS)
            fields = {"hidden": world.chance.random() < 0.5, "market": world.chance.choice(MARKETS)}
            world.set(region, store, fields)
            if world.chance.random() < 0.5:
                world.import_rows(region, store)
            key = keys.profile(store)
            for pair, way in world.table.pending.items():
                for at in [at for at, (one, _) in enumerate(way) if one == key][::-1]:
                    world.table.deliver(pair, at)
            if world.chance.random() < 0.5:
                Listing(world.replicas[world.chance.choice(REGIONS)]).list_store(store, again=True)
    world.heal()
    world.check()


def test_shards_are_by_store_alone() -> None:
    """What the reconciler goes by: in every market a store is in the shard of one number."""
    assert {shard_of(market, "1").partition("#")[2] for market in ("de", "fr", "us")} == {
        shard_of("jp", "1").partition("#")[2]
    }
    assert SHARDS_PER_MARKET == 16
