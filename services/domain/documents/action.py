"""What a member of staff did: one immutable item for each action, kept under the person for a year.

The edit journal keeps an action under the document that it changed, for 35 days. This item is
written in the transaction of the action itself, so neither is there without the other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from services.domain.documents.journal import Change
from services.domain.documents.layout import Body, InvalidDocumentError
from services.domain.stamp import InvalidStampError, Stamp

RETENTION_S: Final = 366 * 24 * 3600
"""Seconds for which an action is kept."""
MAX_CHANGES: Final = 20
"""Changes of an action that are kept with it; the journal has all of them."""
MAX_DEVICE: Final = 100
_DEVICE: Final = re.compile(rf"[A-Za-z0-9 ._:@/+()-]{{1,{MAX_DEVICE}}}", re.ASCII)


def is_device(text: str) -> bool:
    """Return whether a text may name a device: 1 to 100 letters, digits, blanks or `._:@/+()-`."""
    return _DEVICE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where.

    Attributes:
        subject: The `sub` of the token.
        device: The client's description of the device; None: there is none.
    """

    subject: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class StaffAction:
    """One action of a member of staff.

    Attributes:
        actor: Who did it.
        stamp: When, by the wall clock of the region, and in which region. Not the stamp of what
            was set, which may lie ahead and be the same in several documents; items that were
            written before have that one.
        name: Name of the mutation.
        document: Partition and sort key of the document that was changed.
        operation_id: Of the mutation.
        changes: Entry and value of the first `MAX_CHANGES` registers that it set.
        count: How many registers it set.
    """

    actor: Actor
    stamp: Stamp
    name: str
    document: tuple[str, str]
    operation_id: str
    changes: tuple[tuple[str, Any], ...] = ()
    count: int = 0

    @classmethod
    def of(
        cls,
        actor: Actor,
        stamp: Stamp,
        name: str,
        document: tuple[str, str],
        operation_id: str,
        *,
        changes: Sequence[Change] = (),
    ) -> Self:
        """Return the action that set some registers."""
        kept = tuple((change.entry, change.value) for change in changes[:MAX_CHANGES])
        return cls(actor, stamp, name, document, operation_id, kept, len(changes))

    def dump(self) -> Body:
        """Return its stored layout."""
        found: Body = {
            "do": self.name,
            "at": str(self.stamp),
            "on": list(self.document),
            "op": self.operation_id,
            "set": [list(change) for change in self.changes],
            "count": self.count,
        }
        if self.actor.device is not None:
            found["device"] = self.actor.device
        return found

    @classmethod
    def load(cls, subject: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            pk, sk = body["on"]
            return cls(
                Actor(subject, body.get("device")),
                Stamp.parse(body["at"]),
                body["do"],
                (pk, sk),
                body["op"],
                tuple((entry, value) for entry, value, *_ in body["set"]),
                body["count"],
            )
        except (KeyError, TypeError, ValueError, InvalidStampError) as error:
            raise InvalidDocumentError(f"not an action of staff: {error!r}") from error
