"""What a pass of the reconciler reads, takes and costs: counted on a sample, scaled to a chain.

`python -m loadtests.cost.reconciliation` makes a small share of the chain's stores, journal and
operation records in memory, runs a whole pass over them by the reconciler's own code, and counts
the read request units of the walk and of every read by the sizes of the items. Seconds are CPU time
of this machine.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import ceil
from typing import Any, Final

import orjson

from loadtests.cost.item_size import item_bytes
from loadtests.cost.prices import load
from services.convergence.passes import DOUBTED_MS, GRACE_MS, Bounds, run_slice
from services.convergence.reconciling import Reconciler
from services.convergence.repair import Repairer
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.edits import edit_assortment
from services.domain.orders.table_indexes import Index
from services.domain.stamp import HybridClock, Stamp
from services.domain.stock_edits import count_stock, sell
from services.storage import keys
from services.storage.exceptions import RevisionMovedError, UnreadableItemError
from services.storage.keys import Key
from services.storage.operations import RETENTION_S, Edited, Operation, OperationRepository
from services.storage.replica import Listed, Replica, Stored, Write
from services.storage.walk import Page, Place

_ITEMS: Final = tuple(f"item-{number:02}" for number in range(60))
_UNIT_BYTES: Final = 4096
_PAGE_BYTES: Final = 1_000_000  # the most that one Scan reads
_JOURNAL_DAYS: Final = 35
_DAY_MS: Final = 24 * 3600 * 1000
_PASSES_A_MONTH: Final = 4 * 30.4
# Lambda gives a full CPU at 1,769 MB (AWS Lambda developer guide, "Configure memory").
_MEMORY_MB: Final = 1024
_FULL_CPU_MB: Final = 1769
# What a day of a store consists of: mostly sales; every store counts and changes prices.
_SALES, _COUNTS = 0.95, 0.02


class CountingReplica(Replica):
    """A region's replica in memory that counts the read request units of every read."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        super().__init__("us-east-1", HybridClock("us-east-1", lambda: self.now_ms))
        self.items: dict[Key, tuple[Stored, int]] = {}
        self.units = 0.0
        self.reads = 0

    def get(self, key: Key, *, consistent: bool = False) -> Stored | None:
        """See `Replica.get`."""
        found = self.items.get(key)
        self._count(found[1] if found else 0, consistent=consistent)
        return found[0] if found else None

    def partition(
        self, pk: str, *, prefix: str | None = None, consistent: bool = False
    ) -> list[Stored]:
        """See `Replica.partition`."""
        found = [
            one
            for key, one in self.items.items()
            if key.pk == pk and key.sk.startswith(prefix or "")
        ]
        self._count(sum(size for _, size in found), consistent=consistent)
        return [stored for stored, _ in found]

    def onward(
        self,
        pk: str,
        start: str,
        unreadable: Callable[[UnreadableItemError], object] | None = None,  # noqa: ARG002 - all can be read
    ) -> list[Stored]:
        """See `Replica.onward`."""
        found = self.partition(pk, consistent=True)
        return sorted((one for one in found if one.key.sk >= start), key=lambda one: one.key)

    def get_many(self, wanted: Iterable[Key], *, consistent: bool = False) -> dict[Key, Stored]:
        """See `Replica.get_many`."""
        found = {key: self.get(key, consistent=consistent) for key in wanted}
        return {key: one for key, one in found.items() if one is not None}

    def listed(
        self,
        index: Index,
        partition: str,
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int | None = None,
    ) -> list[Listed]:
        """See `Replica.listed`: there are no orders here."""
        del index, partition, after, until, limit
        return []

    def write(self, write: Write) -> None:
        """See `Replica.write`."""
        held = self.items.get(write.key)
        if (held and held[0].rev) != write.replaces:
            raise RevisionMovedError(write.key.pk)
        text = orjson.dumps(write.body).decode()
        size = item_bytes(
            {
                "pk": {"S": write.key.pk},
                "sk": {"S": write.key.sk},
                "rev": {"S": str(write.rev)},
                "body": {"S": text},
                **({"expires": {"N": str(write.expires)}} if write.expires else {}),
            }
        )
        self.items[write.key] = Stored(write.key, str(write.rev), text, write.expires), size

    def transact(self, writes: Sequence[Write]) -> None:
        """See `Replica.transact`."""
        for write in writes:
            self.write(write)

    def transact_while(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """See `Replica.transact_while`; nobody else writes here."""
        del standing
        self.transact(writes)

    def pages(self, place: Place) -> Iterator[Page]:
        """Walk all items as `walk.pages` does: partitions in no order, a megabyte a page."""
        del place
        order = sorted({key.pk for key in self.items}, key=lambda pk: hash((pk, 1)))
        place_of = {pk: number for number, pk in enumerate(order)}
        rows: list[Stored] = []
        size = 0
        for _, (stored, taken) in sorted(
            self.items.items(), key=lambda one: (place_of[one[0].pk], one[0].sk)
        ):
            rows.append(stored)
            size += taken
            if size >= _PAGE_BYTES:
                yield self._page(rows, size, Place(1))
                rows, size = [], 0
        yield self._page(rows, size, None)

    def _page(self, rows: list[Stored], size: int, following: Place | None) -> Page:
        evidence = [
            row
            for row in rows
            if row.key.pk.startswith((keys.JOURNAL_PREFIX, keys.CONFLICTS_PREFIX))
            or row.key.sk in {keys.OPERATION, keys.CURRENT}
        ]
        return Page(evidence, following, ceil(size / _UNIT_BYTES) / 2)

    def _count(self, size: int, *, consistent: bool) -> None:
        self.reads += 1
        self.units += max(1, ceil(size / _UNIT_BYTES)) * (1.0 if consistent else 0.5)


@dataclass(frozen=True, slots=True)
class PassCost:
    """One pass over one region of the whole chain.

    Attributes:
        stores: Stores of the chain.
        entries: Journal entries in the table.
        bytes: Of all items in the table.
        journal_bytes: Of the journal.
        walk_units: Read request units of the walk.
        check_units: Those of all other reads.
        reads: Reads beside the walk.
        cpu_s: CPU seconds of this machine.
        lambda_s: Seconds of the Lambda, if one of its full CPUs is as fast as this machine's.
        usd: Dollars of reads and Lambda in the base region.
    """

    stores: int
    entries: int
    bytes: float
    journal_bytes: float
    walk_units: float
    check_units: float
    reads: float
    cpu_s: float
    lambda_s: float
    usd: float

    def to_json(self) -> dict[str, float]:
        """Return the figures, and what a month of scheduled passes costs."""
        names = self.__dataclass_fields__
        rounded = {name: round(float(getattr(self, name)), 4) for name in names}
        return {**rounded, "usd_a_month": round(self.usd * _PASSES_A_MONTH, 2)}


def measure(stores: int, entries: int, share: float, seed: int = 1) -> PassCost:
    """Run a pass over a share of a chain, and scale what it read to the whole chain."""
    now_ms = 1_800_000_000_000
    replica = CountingReplica(now_ms)
    _fill(replica, max(1, round(stores * share)), round(entries * share), random.Random(seed))
    replica.now_ms = now_ms
    operations = OperationRepository(replica)
    reconciler = Reconciler(replica, Repairer(replica, operations), operations)
    bounds = Bounds(1e12, None, now_ms + GRACE_MS, since_ms=now_ms - DOUBTED_MS)
    replica.units, replica.reads = 0.0, 0
    began = time.process_time()
    done = run_slice(partial(replica.pages), reconciler, Place(), bounds)
    cpu_s = (time.process_time() - began) / share
    if done.findings.found:
        raise AssertionError(f"the sample is not whole: {done.findings}")
    prices = load()
    lambda_s = cpu_s * _FULL_CPU_MB / _MEMORY_MB
    units = (done.read_units + replica.units) / share
    usd = prices["dynamodb_read"].monthly_usd(units / 1e6)
    usd += prices["lambda_compute"].tiers[0].usd * lambda_s * _MEMORY_MB / 1024
    sizes = {key: size for key, (_, size) in replica.items.items()}
    journal = sum(size for key, size in sizes.items() if key.pk.startswith(keys.JOURNAL_PREFIX))
    return PassCost(
        stores=stores,
        entries=entries,
        bytes=sum(sizes.values()) / share,
        journal_bytes=journal / share,
        walk_units=done.read_units / share,
        check_units=replica.units / share,
        reads=replica.reads / share,
        cpu_s=cpu_s,
        lambda_s=lambda_s,
        usd=usd,
    )


def _fill(replica: CountingReplica, stores: int, entries: int, dice: random.Random) -> None:
    """Write stores and the mutations of the days that a journal covers, evenly spread."""
    end = replica.now_ms
    step_ms = _JOURNAL_DAYS * _DAY_MS / max(1, entries)
    profile = {"name": "Some Store", "market": "us", "street": "1 Main Street", "city": "Anywhere"}
    for number in range(stores):
        stamp = Stamp((end - _JOURNAL_DAYS * _DAY_MS) << 16, replica.region)
        document = StoreProfile(f"us-{number:05}", {}).assign(profile, stamp)
        replica.write(Write(keys.profile(f"us-{number:05}"), document.dump(), stamp, None))
    operations = OperationRepository(replica)
    for number in range(entries):
        replica.now_ms = round(end - _JOURNAL_DAYS * _DAY_MS + number * step_ms)
        store = f"us-{dice.randrange(stores):05}"
        mutate(operations, f"{dice.randrange(2**122):032x}", store, dice)
    for key, (stored, _) in list(replica.items.items()):
        written_ms = Stamp.parse(stored.rev).unix_ms
        if key.sk == keys.OPERATION and end - written_ms > RETENTION_S * 1000:
            del replica.items[key]


def mutate(
    operations: OperationRepository,
    name: str,
    store: str,
    dice: random.Random,
    *,
    by_staff: bool = False,
) -> None:
    """Apply a sale, a count or a change of a price, as often as each comes in a day.

    Args:
        operations: Of the replica that it is applied in.
        name: The operation's id.
        store: Id of the store.
        dice: Draws what it is.
        by_staff: As in `Operation`.
    """
    kind = dice.random()
    item = dice.choice(_ITEMS)
    if kind < _SALES:
        sold = {one: dice.randint(1, 3) for one in dice.sample(_ITEMS, dice.randint(1, 3))}

        def edit(current: Any, stamp: Stamp) -> Edited:
            stock = sell(current, store, sold, stamp.region)
            return Edited(stock, _levels(stock, sold), sold=sold)

        document = keys.stock(store)
    elif kind < _SALES + _COUNTS:
        counts = dict.fromkeys(dice.sample(_ITEMS, 20), 40)

        def edit(current: Any, stamp: Stamp) -> Edited:
            stock, changes = count_stock(
                current, store, counts, stamp, now=stamp.unix_ms // 1000, nearest=(stamp.region,)
            )
            return Edited(stock, _levels(stock, counts), changes)

        document = keys.stock(store)
    else:
        line = {item: {"price": dice.randint(100, 400)}}

        def edit(current: Any, stamp: Stamp) -> Edited:
            edited, changes = edit_assortment(current, store, line, _ITEMS, stamp)
            return Edited(edited, line, changes)

        document = keys.assortment(store)
    author = "till@example.com"
    operation = Operation(name, "mutation", "0" * 32, author, document, by_staff=by_staff)
    operations.apply(operation, edit)


def _levels(stock: Stock, items: Iterable[str]) -> list[list[Any]]:
    return [[item, stock.left(item)] for item in islice(items, 100)]


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=31_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--share", type=float, default=0.01, help="share that is really made")
    given = parser.parse_args()
    print(json.dumps(measure(given.stores, given.entries, given.share).to_json(), indent=2))


if __name__ == "__main__":
    main()
