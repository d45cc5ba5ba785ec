"""Puts people into the queue of notices when their roles change in this region's replica.

The table's stream has one reader per region (see `sold_out`), and a slow mail service must not hold
up repairs: so the mails are another Lambda's, and this only names the people. Every region names
them, because the region that is responsible for a person may be lost; only one of them mails.
"""

import time
from collections.abc import Callable
from typing import Any

from services.convergence.queue_batch import QueueBatch, Send
from services.convergence.repair import Change
from services.domain.people.notice_messages import PersonToLookAt, entry
from services.domain.people.roles import is_subject
from services.storage import keys


class ChangedPeople:
    """Gathers the people of one batch of a region's stream."""

    def __init__(self, send: Send, clock: Callable[[], float] = time.time) -> None:
        """Take what sends the entries, and a clock, as `QueueBatch` does."""
        self._batch = QueueBatch(send, _entry, clock)

    def look_at(self, change: Change) -> None:
        """Note a person whose roles changed."""
        key = change.key
        if change.new is None or not key.pk.startswith(keys.PEOPLE_PREFIX):
            return
        subject = key.sk.removeprefix(keys.PERSON_PREFIX)
        if key.sk.startswith(keys.PERSON_PREFIX) and is_subject(subject):
            self._batch.add(subject)

    def flush(self) -> int:
        """Send what was noted; return the number of people. What `send` raises is raised."""
        return self._batch.flush()


def _entry(number: int, subject: str, now_ms: int) -> dict[str, Any]:
    return entry(number, PersonToLookAt(subject, now_ms))
