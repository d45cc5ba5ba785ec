"""Actions of staff in one region's replica, by person and newest first."""

from collections.abc import Iterator

from services.domain.documents.action import RETENTION_S, StaffAction
from services.storage import keys
from services.storage.replica import Replica, Write


def write_of(action: StaffAction) -> Write:
    """Return the write that records an action; it expires after a year (`RETENTION_S`)."""
    key = keys.action(action.actor.subject, action.stamp)
    expires = action.stamp.unix_ms // 1000 + RETENTION_S
    return Write(key, action.dump(), action.stamp, None, expires)


class ActionRepository:
    """Reads what a person did."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    def of_person(
        self, subject: str, after: str | None = None
    ) -> Iterator[tuple[str, StaffAction]]:
        """Yield a person's actions with their places, newest first; reads as far as it is iterated.

        Args:
            subject: The person.
            after: A place; only older actions are yielded.
        """
        for stored in self._replica.onward(keys.actions_partition(subject), after or " "):
            if stored.key.sk != after:
                yield stored.key.sk, StaffAction.load(subject, stored.body)
