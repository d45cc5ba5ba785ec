"""carte's own index, over the tables that a process of before wrote to its file."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from loadtests.search_engines.engine import Engine, Near
from services.domain.documents.directory import DirectoryEntry
from services.domain.search import tables_file
from services.domain.search.index import StoreIndex
from services.domain.search.places import PlaceNames
from services.domain.search.tables import StoreTables
from services.storage import place_names

_ENTRIES: Final = "entries.json"
_TABLES: Final = "tables"


def build(documents: Iterable[dict[str, Any]], folder: Path) -> None:
    """Write the stores, which stand for the directory in the table; place names; and the tables."""
    (folder / _ENTRIES).write_bytes(orjson.dumps([one["entry"] for one in documents]))
    (folder / place_names.FILE.name).write_bytes(place_names.FILE.read_bytes())
    index = prepare(folder)
    places = place_names.read()
    tables = StoreTables.of(index.entries, places)
    (folder / _TABLES).write_bytes(tables_file.dump(tables, places))


def prepare(folder: Path) -> StoreIndex:
    """Return the directory in memory, which carte has for lists, whatever searches it."""

    def tables(entries: Sequence[DirectoryEntry], places: PlaceNames) -> StoreTables:
        return tables_file.load((folder / _TABLES).read_bytes(), entries, places)

    rows = orjson.loads((folder / _ENTRIES).read_bytes())
    # The index keeps none of the names that were read, as after reading the table.
    return StoreIndex((DirectoryEntry(*row) for row in rows), place_names.read, tables)


class CarteIndex:
    """The index over the directory in memory."""

    def __init__(self, index: StoreIndex) -> None:
        self._index = index
        self.search(["paris"], None)

    def search(self, words: Sequence[str], near: Near) -> Sequence[str]:
        """See `Engine.search`."""
        page = self._index.page(market=None, search=" ".join(words) or "%", first=3, after=None,
                                near=near)  # fmt: skip
        return [entry.store_id for entry, _ in page.entries]


def open_index(prepared: StoreIndex) -> Engine:
    """Read the tables, as the first search of a process does."""
    return CarteIndex(prepared)
