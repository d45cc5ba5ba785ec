"""`python -m loadtests.count_files --stores N`: loads a count file, beside a plain loop of writes.

One emulator, one run: the loop writes an item for each row by BatchWriteItem, 25 a request, as the
training lab's example does; carte reads the file, finds stores and items, and writes stamped,
journaled and mergeable stock. Rounds alternate, so that a busy machine slows both.
"""

import argparse
import io
import resource
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import boto3
import orjson

from localcloud.single_emulator import REGION, running
from localcloud.tables import use_local_key
from services.domain.documents.profile import StoreProfile
from services.domain.stamp import unix_ms
from services.domain.stock_files.columns import ColumnNames
from services.domain.stock_files.rows import CountFile
from services.storage import keys
from services.storage.binding import Binding
from services.storage.catalogs import CatalogRepository
from services.storage.count_loading import CountLoader, Origin
from services.storage.keys import Key
from services.storage.operations import OperationRepository
from services.storage.replica import Write
from services.storage.stock_places import Places
from services.storage.stores import DirectoryRepository, StoreRepository
from services.storage.table import Table
from services.storage.unknown_stock import UnknownStockRepository

ITEMS = 60
BATCH = 25
ROUNDS = 3
_PROFILE: dict[str, Any] = {
    "name": "Store", "market": "us", "street": None, "city": "Portland", "state": None,
    "postal_code": None, "latitude": 45.5, "longitude": -122.6, "time_zone": "America/Los_Angeles",
    "hours": "Mo-Su 06:00-20:00",
}  # fmt: skip


class MeasuredTable(Table):
    """A table that adds up what its transactions cost.

    Attributes:
        units: Write request units: two for each begun kilobyte of an item in a transaction (Amazon
            DynamoDB developer guide, "Read and write operations").
    """

    units = 0

    def transact_while(self, writes: Sequence[Write], standing: Mapping[Key, str | None]) -> None:
        """Count, then write; see `Table.transact_while`."""
        super().transact_while(writes, standing)
        self.units += sum(2 * -(-_size(one) // 1024) for one in writes)


def _size(write: Write) -> int:
    """Return about how many bytes an item has: its names and values."""
    named = len("pkskrevbody") + len(write.key.pk) + len(write.key.sk) + len(str(write.rev))
    return named + len(orjson.dumps(write.body)) + (17 if write.expires else 0)


def lines_of(stores: int, pieces: int) -> Iterator[str]:
    """Yield the rows of a file that counts 60 items in each store."""
    for store in range(stores):
        for item in range(ITEMS):
            yield f"s{store},item-{item},{pieces + item}\n"


def file_of(stores: int, pieces: int) -> bytes:
    """Return a file that counts 60 items in each store."""
    return ("store,item,count\n" + "".join(lines_of(stores, pieces))).encode()


def prepare(table: Table, stores: int) -> None:
    """Write a catalog of 60 items and the stores' profiles."""
    stamp = table.clock.tick()
    fields = {"category": "c", "price": 100, "allergens": [], "standard": True, "rank": 1}
    drafts = {"category:c": {"names": {"en": "C"}, "rank": 1}} | {
        f"item-{at}": {**fields, "names": {"en": f"Item {at}"}} for at in range(ITEMS)
    }
    for item, given in drafts.items():
        table.change(keys.draft("us", item), _draft(item, given))
    CatalogRepository(table).publish("us")
    profiles = {
        keys.profile(f"s{at}"): StoreProfile(f"s{at}", {}).assign(_PROFILE, stamp).dump()
        for at in range(stores)
    }
    rest = iter(profiles.items())
    while chunk := dict(islice(rest, 1_000)):
        table.create_many(chunk, rev=stamp)


def _draft(item: str, given: dict[str, Any]) -> Any:
    from services.domain.documents.catalog import CatalogDraft

    return lambda _, stamp: CatalogDraft("us", item, {}).assign(given, stamp)


def plain_loop(client: Any, rows_of: Iterator[str]) -> float:
    """Write an item for each row, 25 a request; return seconds."""
    began = time.perf_counter()
    while rows := list(islice(rows_of, BATCH)):
        requests = []
        for line in rows:
            store, item, count = line.strip().split(",")
            key = {"pk": {"S": f"PLAIN#{store}"}, "sk": {"S": item}}
            requests.append({"PutRequest": {"Item": {**key, "count": {"N": count}}}})
        client.batch_write_item(RequestItems={"carte": requests})
    return time.perf_counter() - began


def loaded(table: Table, stream: BinaryIO, at_ms: int) -> float:
    """Load a file as the Lambda does, from a stream; return seconds."""
    began = time.perf_counter()
    places = Places(StoreRepository(table), DirectoryRepository(table), CatalogRepository(table))
    operations = OperationRepository(table)
    loader = CountLoader(places, UnknownStockRepository(table), operations, [REGION])
    file = CountFile(stream, ColumnNames(), at_ms)
    origin = Origin(f"bench-{at_ms}", "bench", at_ms)
    fates, _ = loader.load(file, origin, may_go_on=lambda: True)
    if fates.loaded != fates.rows:
        raise SystemExit(f"only {fates.loaded} of {fates.rows} rows were loaded")
    return time.perf_counter() - began


def reading_peak(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield rows and the highest memory of reading files of one, two and four times the size."""
    body = content.partition(b"\n")[2]
    for times in (1, 2, 4):
        stream = io.BytesIO(b"store,item,count\n" + body * times)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        rows = sum(1 for _ in CountFile(stream, ColumnNames(), unix_ms()))
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        yield rows, peak


def _peak_mb() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Run both and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stores", type=int, default=300, help="Stores of the file.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="Rounds (default: %(default)s).")
    chosen = parser.parse_args()
    stores = chosen.stores
    use_local_key()
    rows = stores * ITEMS
    print(f"{stores:,} stores x {ITEMS} items = {rows:,} rows; emulator, one process")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as emulator:
        emulator.new_table()
        table = MeasuredTable(Binding(REGION, "carte", emulator.endpoint))
        client = boto3.client("dynamodb", region_name=REGION, endpoint_url=emulator.endpoint)
        prepare(table, stores)
        file = Path(folder) / "counts.csv"
        for number in range(chosen.rounds):
            with file.open("w", encoding="utf-8") as written:
                written.write("store,item,count\n")
                written.writelines(lines_of(stores, number))
            plain = plain_loop(client, lines_of(stores, number))
            before, table.units = _peak_mb(), 0
            with file.open("rb") as stream:
                ours = loaded(table, stream, unix_ms())
            print(
                f"round {number + 1}: plain loop {rows / plain:,.0f} rows/s, carte "
                f"{rows / ours:,.0f} rows/s: {plain / ours:.2f} of the loop; "
                f"{table.units / rows:.3f} write units a row (the loop: 1), "
                f"{_peak_mb() - before:.0f} MB more memory at its peak ({_peak_mb():.0f} MB)",
                flush=True,
            )
    for read, peak in reading_peak(file_of(min(stores, 300), 0)):
        print(f"reading {read:,} rows takes {peak / 1024:,.0f} KB at most")


if __name__ == "__main__":
    main()
