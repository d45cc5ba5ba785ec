"""The file of the tables of a search: written, read, and refused where it is damaged."""

import hashlib
import random
import zlib
from array import array

import pytest

from loadtests.search_engines.judging import Directory
from services.domain.documents.directory import DirectoryEntry
from services.domain.search import tables_file
from services.domain.search.index import StoreIndex
from services.domain.search.names import Names
from services.domain.search.places import PlaceNames
from services.domain.search.ranking import Positions
from services.domain.search.tables import StoreTables
from services.domain.search.tables_file import InvalidTablesError, dump, load, tables_id
from services.storage import place_names
from tests.support.seeds import seed_of_run

SMALL = [
    DirectoryEntry("de-1", "de", "Dom 1", "Köln", "50667", "Große Straße 4", 50.94, 6.96),
    DirectoryEntry("fr-1", "fr", "Sacré-Cœur", "Paris", "75018", "Rue Lepic 3", 48.88, 2.34),
    DirectoryEntry("in-1", "in", "डोनट पुणे", "Pune", "411001", None, 18.52, 73.86),
    DirectoryEntry("jp-1", "jp", "ドーナツガーデン新宿", "Tokyo", "160-0022", "1", 35.69, 139.7),
    DirectoryEntry("pl-1", "pl", "Rynek", "Łódź", None, "ul. Główna", 51.77, 19.46),
]
NOWHERE = PlaceNames.none()
TABLES = StoreTables.of(SMALL, NOWHERE)


def packed(content: bytes) -> bytes:
    body = zlib.compress(content)
    return tables_file.MAGIC + hashlib.sha256(body).digest() + body


def unpacked(file: bytes) -> bytes:
    return zlib.decompress(file[len(tables_file.MAGIC) + 32 :])


@pytest.mark.xdist_group("search")  # whose worker makes the chain
def test_an_index_over_the_file_finds_what_one_over_new_tables_finds(
    directory: Directory, index: StoreIndex
) -> None:
    places = place_names.read()
    made = StoreTables.of(index.entries, places)
    file = dump(made, places)
    tables = load(file, index.entries, places)
    assert dump(tables, places) == file
    read = StoreIndex(directory.entries, lambda: places, lambda *_: tables)
    for typed in ("londres", "main street", "sw1a2aa", "new yrok", "texas", "新宿", "पुणे", "1 2"):
        for near in (None, (40.7, -74.0)):
            pages = [
                one.page(market=None, search=typed, first=50, after=None, near=near)
                for one in (read, index)
            ]
            assert pages[0] == pages[1]
            assert pages[0].entries
            assert read.suggestions(typed, near) == index.suggestions(typed, near)


def test_other_tables_need_another_layout() -> None:
    """Processes of two versions would read each other's: raise LAYOUT where this digest changes."""
    content = unpacked(dump(TABLES, NOWHERE))
    assert (tables_file.LAYOUT, hashlib.sha256(content).hexdigest()[:16]) == (2, "b814565f09a40c47")


def test_an_id_is_that_of_one_directory_version_and_list_of_places() -> None:
    shards = {"de#00": "1@a", "fr#0b": "2@b"}
    ids = [
        tables_id(shards, NOWHERE, "1"),
        tables_id({**shards, "fr#0b": "3@b"}, NOWHERE, "1"),
        tables_id({"de#00": "1@a"}, NOWHERE, "1"),
        tables_id(shards, NOWHERE, "2"),
        tables_id(shards, place_names.read(), "1"),
    ]
    assert len({*ids}) == len(ids)
    assert tables_id(dict(reversed(shards.items())), PlaceNames.none(), "1") == ids[0]


def test_a_byte_that_changed_is_noticed() -> None:
    dice = random.Random(seed_of_run())
    file = dump(TABLES, NOWHERE)
    for at in dice.sample(range(len(file)), 60):
        broken = bytearray(file)
        broken[at] ^= 1 << dice.randrange(8)
        with pytest.raises(InvalidTablesError):
            load(bytes(broken), SMALL, NOWHERE)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_file_that_ends_early_is_refused(share: float) -> None:
    file, content = dump(TABLES, NOWHERE), unpacked(dump(TABLES, NOWHERE))
    for short in (file[: int(len(file) * share)], packed(content[: int(len(content) * share)])):
        with pytest.raises(InvalidTablesError):
            load(short, SMALL, NOWHERE)


def positions_of(count: int, part: float, regions: bytes | None = None) -> Positions:
    axis = array("f", [part] * count)
    sphere = array("f", [1.0, 0.0, 0.0, 0.0])
    return Positions(axis, axis, axis, regions or bytes([1] * count), sphere)


def names_with(numbers: list[int]) -> Names:
    return Names.of({"a": numbers})


@pytest.mark.parametrize(
    "wrong",
    [
        TABLES._replace(streets=names_with([5])),
        TABLES._replace(city_names=names_with([len(TABLES.place_of)])),
        TABLES._replace(ids=Names(b"\na\nb\n", array("I", [0, 1]), array("I", [1]))),
        TABLES._replace(ids=Names(b"\na\n", array("I", [0, 2]), array("I", [1]))),
        TABLES._replace(ids=Names(b"\na\nb\n", array("I", [0, 9, 1]), array("I", [1]))),
        TABLES._replace(city_of=array("I", [0, 1, 2, 3, 9])),
        TABLES._replace(place_of=array("i", [0, 0, 0, 0, 0])),
        TABLES._replace(markets={"de": (0, 6)}),
        TABLES._replace(positions=positions_of(4, 0.0)),
        TABLES._replace(positions=positions_of(5, float("nan"))),
        TABLES._replace(positions=positions_of(5, 0.0, regions=bytes(5))),
        TABLES._replace(positions=positions_of(5, 0.0, regions=bytes([2] * 5))),
    ],
    ids=[
        *(
            "street of no store",
            "name of no city",
            "more names",
            "more numbers",
            "bounds in no order",
        ),
        *("store of no city", "city of no place", "market of no store", "too few", "nowhere"),
        *("no region", "region that is not there"),
    ],
)
def test_numbers_of_what_there_is_not_are_refused(wrong: StoreTables) -> None:
    with pytest.raises(InvalidTablesError):
        load(dump(wrong, NOWHERE), SMALL, NOWHERE)


def test_tables_of_other_stores_are_refused() -> None:
    with pytest.raises(InvalidTablesError, match="not those of 4 stores"):
        load(dump(TABLES, NOWHERE), SMALL[1:], NOWHERE)
