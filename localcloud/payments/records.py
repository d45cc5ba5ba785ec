"""What the front remembers beside localstripe: keys, captures, events; one SQLite file."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_TABLES: Final = """
create table if not exists keys (
  key text primary key, fingerprint text, status integer, body blob, at real);
create table if not exists intents (
  id text primary key, number integer, created integer, changed real, metadata text,
  captured integer);
create table if not exists taken (payment text, method text, primary key (payment, method));
create table if not exists hidden (refund text primary key);
create table if not exists events (id text primary key, body blob, tries integer);
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the provider: its HTTP status and its body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What was answered under an idempotency key.

    Attributes:
        fingerprint: Digest of method, path and parameters.
        answer: The answer of the first request.
    """

    fingerprint: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class KnownIntent:
    """A PaymentIntent that was made through the front.

    Attributes:
        id: Its id.
        created: Unix seconds (UTC).
        changed: When it was last changed, Unix seconds (UTC).
        metadata: Its metadata.
    """

    id: str
    created: int
    changed: float
    metadata: Mapping[str, str]


class Records:
    """The records of one local provider; used from one thread."""

    def __init__(self, path: Path | None) -> None:
        """Open the records.

        Args:
            path: The file; None keeps them in memory.
        """
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        # A power cut may lose the last moments, as it does for the emulators.
        self._db.execute("pragma synchronous = off")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def key(self, key: str, since: float) -> KnownKey | None:
        """Return what a key is known for, or None; older than `since` (Unix s) is forgotten."""
        row = self._db.execute(
            "select fingerprint, status, body from keys where key = ? and at >= ?", (key, since)
        ).fetchone()
        return KnownKey(row[0], Answer(row[1], row[2])) if row else None

    def keep_key(self, key: str, known: KnownKey, at: float) -> None:
        """Keep what was answered under a key."""
        values = (key, known.fingerprint, known.answer.status, known.answer.body, at)
        self._db.execute("insert or replace into keys values (?, ?, ?, ?, ?)", values)

    def forget_keys(self) -> int:
        """Forget all keys, as Stripe may after a day; return how many there were."""
        return self._db.execute("delete from keys").rowcount

    def intent_changed(self, intent: str, created: int, metadata: Any, now: float) -> None:
        """Note that an intent was made or changed."""
        self._db.execute(
            "insert into intents select ?, (select coalesce(max(number), 0) + 1 from intents), "
            "?, ?, ?, 0 where true on conflict (id) do update set changed = excluded.changed",
            (intent, created, now, json.dumps(metadata)),
        )

    def intents(self) -> Iterable[KnownIntent]:
        """Return all intents, the newest first."""
        rows = self._db.execute(
            "select id, created, changed, metadata from intents order by number desc"
        )
        return [KnownIntent(row[0], row[1], row[2], json.loads(row[3])) for row in rows]

    def captured(self, intent: str) -> int:
        """Return what was captured of an intent, in its unit."""
        row = self._db.execute("select captured from intents where id = ?", (intent,)).fetchone()
        return int(row[0]) if row else 0

    def note_captured(self, intent: str, amount: int) -> None:
        """Note what was captured of an intent."""
        self._db.execute("update intents set captured = ? where id = ?", (amount, intent))

    def note_taken(self, payment: str, method: str) -> None:
        """Note that a payment method was taken for a payment, or for the order of it."""
        self._db.execute("insert or ignore into taken values (?, ?)", (payment, method))

    def was_taken(self, payment: str, method: str) -> bool:
        """Return whether a payment method was taken for a payment, or for the order of it."""
        found = self._db.execute(
            "select 1 from taken where payment = ? and method = ?", (payment, method)
        ).fetchone()
        return found is not None

    def hide_refund(self, refund: str) -> None:
        """Leave a refund out of all lists."""
        self._db.execute("insert or ignore into hidden values (?)", (refund,))

    def is_hidden(self, refund: str) -> bool:
        """Return whether a refund is left out of lists."""
        found = self._db.execute("select 1 from hidden where refund = ?", (refund,)).fetchone()
        return found is not None

    def keep_event(self, event: str, body: bytes, tries: int) -> None:
        """Keep an event until it is delivered."""
        self._db.execute("insert or replace into events values (?, ?, ?)", (event, body, tries))

    def delivered(self, event: str) -> None:
        """Forget an event that was delivered, or given up."""
        self._db.execute("delete from events where id = ?", (event,))

    def undelivered(self) -> list[tuple[str, bytes, int]]:
        """Return the events that were not delivered: id, body, tries."""
        return list(self._db.execute("select id, body, tries from events"))
