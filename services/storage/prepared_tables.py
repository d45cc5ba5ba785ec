"""The tables of a search as objects in the region's bucket, so that they are made once a change.

The first process that searches a directory of certain revisions makes the tables and writes them;
all others read them. The name of an object says what the tables are made of, so an object is never
out of date, and one that is not there, or is damaged, only costs the time to make it.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from services.configuration import tracing
from services.domain import log_lines
from services.domain.documents.directory import DirectoryEntry
from services.domain.search.places import PlaceNames
from services.domain.search.tables import StoreTables

PAUSE_S: Final = 300.0
"""Seconds for which a bucket is left alone that could not be used: tables are made meanwhile."""


class Bucket(Protocol):
    """Where the objects are; see `ObjectBucket`."""

    def get_object(self, key: str) -> bytes | None:
        """Return the bytes of an object; None: there is none."""
        ...

    def put_object(self, key: str, body: bytes) -> None:
        """Write an object."""
        ...


class PreparedTables:
    """Returns the tables of a search: as another process wrote them, or else made and written."""

    def __init__(
        self,
        bucket: Bucket,
        version: str,
        monotonic: Callable[[], float] = time.monotonic,
        log: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        """Take over a bucket.

        Args:
            bucket: Where the objects are.
            version: Version of the software: others may make other tables.
            monotonic: Returns seconds that never go back.
            log: Takes log lines with their newlines.
        """
        self._bucket = bucket
        self._version = version
        self._monotonic = monotonic
        self._log = log
        self._paused_until = float("-inf")

    def tables(
        self,
        revisions: Mapping[str, str],
        entries: Sequence[DirectoryEntry],
        places: PlaceNames,
    ) -> StoreTables:
        """Return the tables of some stores; what is wrong with the bucket is logged, not raised.

        Args:
            revisions: The revision of each shard of the directory that the stores are from.
            entries: The stores, in the order of the index.
            places: Names of places in other languages.
        """
        from services.domain.search.tables_file import FOLDER, tables_id

        key = FOLDER + tables_id(revisions, places, self._version)
        tables = self._read(key, entries, places)
        if tables is None:
            tables = StoreTables.of(entries, places)
            self._write(key, tables, places)
        return tables

    def _read(
        self, key: str, entries: Sequence[DirectoryEntry], places: PlaceNames
    ) -> StoreTables | None:
        from services.domain.search.tables_file import InvalidTablesError, load

        if self._is_paused():
            return None
        try:
            file = self._bucket.get_object(key)
            return None if file is None else load(file, entries, places)
        except InvalidTablesError as error:
            self._warn(f"{key} is made again: {error}")
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a bucket, stores are found
            self._pause(error)
        return None

    def _write(self, key: str, tables: StoreTables, places: PlaceNames) -> None:
        from services.domain.search.tables_file import dump

        if self._is_paused():
            return
        try:
            self._bucket.put_object(key, dump(tables, places))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a bucket, stores are found
            self._pause(error)

    def _is_paused(self) -> bool:
        return self._monotonic() < self._paused_until

    def _pause(self, error: Exception) -> None:
        self._paused_until = self._monotonic() + PAUSE_S
        self._warn(f"each process makes its own for {PAUSE_S:.0f} s: {error!r}")

    def _warn(self, message: str) -> None:
        where = tracing.of_invocation()
        self._log(log_lines.warning(f"prepared tables of the search: {message}", **where))
