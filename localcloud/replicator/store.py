"""The state file: beliefs, stream positions and boot snapshots in SQLite.

`synchronous=OFF`: a crash of the replicator loses nothing, a crash of the machine may; the
emulators keep their own tables no better.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import orjson

from localcloud.json_log import EventLog
from localcloud.replicator.ledger import Row
from localcloud.replicator.versions import Version

STATE_FILE: Final = "replicator.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (key BLOB PRIMARY KEY, known BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS position (region TEXT PRIMARY KEY, stream BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS boot (
  region TEXT, key BLOB, version BLOB NOT NULL, PRIMARY KEY (region, key)
) WITHOUT ROWID;
"""


# What SQLite says of a file that is none of its own, or no whole one. The lower byte is the kind.
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_LOG: Final = EventLog("replicator")


@dataclass(frozen=True, slots=True)
class Position:
    """The position up to which a region's stream has been read, and the stream's ARN.

    Attributes:
        table_id: Id of the region's table.
        stream_arn: ARN of its stream.
        first: Sequence number of the stream's first record: a restarted emulator's differs.
        last: Sequence number of the last record taken in.
    """

    table_id: str
    stream_arn: str
    first: str | None
    last: str | None


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


def damaged_copy(path: Path) -> Path:
    """Return where a state file that was found damaged is kept; the latest one only."""
    return path.with_name(f"{path.name}.damaged")


class Store:
    """One SQLite file; its methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Open the file; a damaged one is moved aside, and the replicator begins anew.

        Without its state the replicator compares all tables, as it does after other long breaks.

        Raises:
            sqlite3.Error: The file cannot be read or written, for another reason than damage.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        try:
            self._connection = _connected(path)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
                raise
            _LOG.warning("state file is damaged and begun anew", path=str(path), error=str(error))
            path.replace(damaged_copy(path))
            for rest in ("-wal", "-shm"):
                path.with_name(path.name + rest).unlink(missing_ok=True)
            self._connection = _connected(path)

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


def _connected(path: Path) -> sqlite3.Connection:
    """Open a state file that is whole: SQLite itself notices damage only where it reads."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.executescript(_SCHEMA)
        _require_whole(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_whole(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        damage = sqlite3.DatabaseError(found)
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage
