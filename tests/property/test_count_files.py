"""Count files: each row has one fate, and no order of arrival changes what the files say."""

import io
from collections.abc import Sequence
from typing import Any, Final, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.csv_source import UnreadableFileError
from services.domain.documents.profile import StoreProfile
from services.domain.documents.stock import Stock
from services.domain.stamp import Stamp
from services.domain.stock_files.columns import ColumnNames
from services.domain.stock_files.fates import Fates
from services.domain.stock_files.names import Named, NameIndex, made_up_id
from services.domain.stock_files.rows import CountFile
from services.storage import keys, parts
from services.storage.count_loading import CountLoader, Origin, UnfinishedError
from services.storage.operations import OperationRepository
from services.storage.replica import Replica
from services.storage.stock_places import Found, Place, Places
from services.storage.unknown_stock import UnknownStockRepository
from tests.support.chain import PROFILE
from tests.support.mrec import GlobalTable, MemoryReplica

NAMES: Final = ("eu-west-1", "us-east-1")
STORES: Final = ("de-1", "de-2")
ITEMS: Final = NameIndex([Named("glazed", ("Glazed ring",)), Named("latte", ("Caffè Latte",))])
NOW_MS: Final = 1_700_000_000_000


class KnownPlaces(Places):
    """Two stores that sell two items."""

    def __init__(self) -> None:
        pass

    def stores(self, wanted: Any) -> dict[tuple[str, str | None], Found]:
        stamp = Stamp(1, "origin")
        return {
            (text, market): Place(
                made_up_id(text),
                StoreProfile(text, {}).assign(PROFILE, stamp) if text in STORES else None,
            )
            for text, market in wanted
        }

    def items(self, market: str) -> NameIndex:  # noqa: ARG002 - both stores are in one
        return ITEMS


def load(
    replica: Replica, content: bytes, source: str, at_ms: int, *, steps: int = 1_000
) -> Fates | None:
    """Load a file as one delivery does; None where it was killed after some steps."""
    file = CountFile(io.BytesIO(content), ColumnNames(), NOW_MS)
    loader = CountLoader(
        KnownPlaces(), UnknownStockRepository(replica), OperationRepository(replica), NAMES,
        now=lambda: NOW_MS / 1000, threads=1, rows=3, most=6,
    )  # fmt: skip
    left = iter(range(steps))
    origin = Origin(source, "s3:counts", at_ms)
    try:
        fates, _ = loader.load(file, origin, may_go_on=lambda: next(left, None) is not None)
    except UnfinishedError:
        return None
    return fates


cells = st.sampled_from(
    ["de-1", "de-2", "nowhere", "Glazed ring", "latte", "Echo Dot", "", "5", "0", "-1", "1,5",
     '"', '"x', "x\ny", "é", "caffe latte", "12.0", "2023-11-14T22:13:19Z", "2023-11-14"]
) | st.text(max_size=6)  # fmt: skip
lines = st.lists(
    st.lists(cells, min_size=2, max_size=5).map(",".join)
    | st.tuples(
        st.sampled_from(STORES), st.sampled_from(["glazed", "latte"]), st.integers(0, 3)
    ).map(lambda row: ",".join(map(str, row))),
    max_size=12,
)


@given(lines, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@settings(max_examples=150)
def test_loaded_unchanged_unknown_and_refused_rows_are_all_rows(
    rows: Sequence[str], encoding: str
) -> None:
    text = "store,item,count,counted_at\n" + "\n".join(rows)
    content = text.encode(encoding, "replace")
    try:
        records = list(CountFile(io.BytesIO(content), ColumnNames(), NOW_MS))
    except UnreadableFileError:
        return
    fates = load(MemoryReplica(GlobalTable(NAMES), NAMES[0]), content, "a", NOW_MS)
    assert fates is not None
    assert fates.rows == len(records)
    assert fates.loaded + fates.unchanged + fates.unknown + fates.refused == fates.rows


files = st.lists(
    st.tuples(
        st.integers(0, 4),  # minutes at which it was uploaded
        st.dictionaries(
            st.tuples(st.sampled_from([*STORES, "nowhere"]), st.sampled_from(["glazed", "Echo"])),
            st.integers(0, 9),
            min_size=1,
            max_size=4,
        ),
    ),
    min_size=1,
    max_size=4,
)
Deliveries = list[tuple[int, int, int]]


@given(files, st.data())
@settings(max_examples=60)
def test_no_order_of_arrival_no_kill_and_no_copy_changes_what_the_files_say(
    uploads: list[tuple[int, dict[tuple[str, str], int]]], data: st.DataObject
) -> None:
    contents = [
        (
            ("store,item,count\n" + "".join(
                f"{store},{item},{pieces}\n" for (store, item), pieces in counts.items()
            )).encode(),
            f"file-{at}",
            NOW_MS - 600_000 + minute * 60_000,
        )
        for at, (minute, counts) in enumerate(uploads)
    ]  # fmt: skip
    expected: dict[tuple[str, str], tuple[int, str, int]] = {}
    for (_, source, at_ms), (_, counts) in zip(contents, uploads, strict=True):
        for (store, item), pieces in counts.items():
            key = made_up_id(store), ITEMS.find(item) or made_up_id(item)
            later = (at_ms, source, pieces)
            expected[cast("tuple[str, str]", key)] = max(
                expected.get(cast("tuple[str, str]", key), later), later
            )
    table = GlobalTable(NAMES)
    replicas = [MemoryReplica(table, name) for name in NAMES]
    deliveries: Deliveries = data.draw(
        st.lists(
            st.tuples(st.integers(0, len(contents) - 1), st.integers(0, 1), st.integers(0, 3)),
            max_size=8,
        )
    )
    # At last each file is delivered whole, somewhere.
    whole = [(at, data.draw(st.integers(0, 1)), 1_000) for at in range(len(contents))]
    for at, region, steps in [*deliveries, *data.draw(st.permutations(whole))]:
        table.now_ms += 1_000
        load(replicas[region], *contents[at], steps=steps)
        if data.draw(st.booleans()):
            pair = data.draw(st.sampled_from(sorted(table.pending)))
            table.deliver(pair, data.draw(st.integers(0, 5)))
    _converge(table, replicas)
    for (store, item), (_, _, pieces) in expected.items():
        for replica in replicas:
            stock = replica.held(keys.stock(store)).document
            assert isinstance(stock, Stock)
            assert stock.left(item) == pieces, (store, item)


def _converge(table: GlobalTable, replicas: Sequence[MemoryReplica]) -> None:
    """Deliver everything, and join what last-writer-wins dropped, as the stream Lambda does."""
    for _ in range(20):
        table.deliver_all()
        moved = False
        for key, joined in list(table.acknowledged.items()):
            if not parts.is_divided(key):
                continue
            for replica in replicas:
                stored = replica.get(key)
                current = stored.document() if stored else joined
                merged = current.merge(joined)
                if stored is not None and merged.dump() != stored.body:
                    stamp = replica.next_stamp(stored, merged)
                    replica.put(key, merged.dump(), rev=stamp, replaces=stored.rev)
                    moved = True
        if not moved:
            return
    raise AssertionError("the regions do not converge")
