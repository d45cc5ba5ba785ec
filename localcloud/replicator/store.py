"""The state file: beliefs, stream positions and boot snapshots in SQLite.

`synchronous=OFF`: a crash of the replicator loses nothing, a crash of the machine may; the
emulators keep their own tables no better.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from localcloud.replicator.ledger import Row
from localcloud.replicator.versions import Version

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (key BLOB PRIMARY KEY, known BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS position (region TEXT PRIMARY KEY, stream BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS boot (
  region TEXT, key BLOB, version BLOB NOT NULL, PRIMARY KEY (region, key)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Position:
    """The position up to which a region's stream has been read, and the stream's ARN."""

    table_id: str
    stream_arn: str
    first: str | None
    """Sequence number of the stream's first record: a restarted emulator's differs."""
    last: str | None
    """Sequence number of the last record taken in."""


def _pack(version: Version) -> list[Any]:
    return [version.stamp, version.origin, version.digest.hex()]


def _unpack(packed: list[Any]) -> Version:
    return Version(packed[0], packed[1], bytes.fromhex(packed[2]))


def _row_text(row: Row) -> bytes:
    return orjson.dumps(
        {
            "held": {region: _pack(version) for region, version in row.held.items()},
            "sent": {region: [_pack(one) for one in sent] for region, sent in row.sent.items()},
        }
    )


def _row(key: bytes, text: bytes) -> Row:
    known = orjson.loads(text)
    shared: dict[tuple[Any, ...], Version] = {}
    held = {
        region: shared.setdefault(tuple(packed), _unpack(packed))
        for region, packed in known["held"].items()
    }
    sent = {region: [_unpack(one) for one in many] for region, many in known["sent"].items()}
    return Row(key, held, sent)


class Store:
    """One SQLite file; its methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._lock = threading.Lock()
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._connection.close()

    def rows(self) -> Iterator[Row]:
        """Iterate over all that is known of all items."""
        for key, text in self._connection.execute("SELECT key, known FROM item"):
            yield _row(key, text)

    def positions(self) -> dict[str, Position]:
        """Return how far each region's stream has been read."""
        found = self._connection.execute("SELECT region, stream FROM position")
        return {region: Position(**orjson.loads(stream)) for region, stream in found}

    def write(self, rows: Sequence[Row], positions: Mapping[str, Position]) -> None:
        """Write rows and positions in one transaction: they hold together or not at all."""
        items = [(row.key, _row_text(row)) for row in rows]
        streams = [(region, orjson.dumps(asdict(one))) for region, one in positions.items()]
        with self._lock:
            run = self._connection
            run.execute("BEGIN")
            run.executemany("INSERT OR REPLACE INTO item VALUES (?, ?)", items)
            run.executemany("INSERT OR REPLACE INTO position VALUES (?, ?)", streams)
            run.execute("COMMIT")

    def boot(self, region: str) -> dict[bytes, Version]:
        """Return what the region held when its present emulator process started."""
        query = "SELECT key, version FROM boot WHERE region = ?"
        with self._lock:
            found = self._connection.execute(query, (region,)).fetchall()
        return {key: _unpack(orjson.loads(version)) for key, version in found}

    def write_boot(self, region: str, held: Iterable[tuple[bytes, Version]]) -> None:
        """Keep what the region held when its emulator process started."""
        rows = [(region, key, orjson.dumps(_pack(version))) for key, version in held]
        with self._lock:
            run = self._connection
            run.execute("BEGIN")
            run.execute("DELETE FROM boot WHERE region = ?", (region,))
            run.executemany("INSERT INTO boot VALUES (?, ?, ?)", rows)
            run.execute("COMMIT")
