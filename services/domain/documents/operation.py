"""The operation record: what makes a mutation idempotent, in one region and across regions.

A client makes up an `operationId`; whoever applies the operation writes this record in the same
transaction. It merges by union over regions: when two regions applied one operation, because a
client's retry reached the second before replication did, the merged record names both, and every
region but the first by name takes its own effect back, once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

from services.domain.documents.layout import Body, InvalidDocumentError
from services.domain.register import join_tails
from services.domain.stamp import InvalidStampError, Stamp

_UNDONE: Final = 6  # index of `undone` in a stored application


@dataclass(frozen=True, slots=True)
class Applied:
    """How one region applied an operation.

    Attributes:
        stamp: Of the write.
        fingerprint: Digest of the operation's kind and input.
        document: Partition and sort key of the document that it changed.
        sold: Item id to pieces that it added to the region's counters; empty where the operation
            only set registers, which setting twice to the same value does not change.
        answer: The answer that the client got.
        undone: This region has taken `sold` back.
        positions: Item id to where the region's counter stood right after this sale.
        more: Stored values after those that this version of carte reads; written back.
    """

    stamp: Stamp
    fingerprint: str
    document: tuple[str, str]
    sold: Mapping[str, int]
    answer: Any
    undone: bool = False
    positions: Mapping[str, int] = field(default_factory=dict)
    more: tuple[Any, ...] = ()

    def merge(self, other: Self) -> Self:
        """Return the same application, seen earlier and later: once undone, undone for ever.

        Raises:
            NewerDocumentError: A newer version wrote more, which differs.
        """
        earlier, later = sorted((self, other), key=lambda one: json.dumps(one.dump()[:_UNDONE]))
        more = join_tails(self.more, other.more)
        return replace(later, undone=earlier.undone or later.undone, more=more)

    def dump(self) -> list[Any]:
        """Its stored layout: stamp, fingerprint, document, sold, answer, positions, undone."""
        document, sold = list(self.document), dict(sorted(self.sold.items()))
        positions = dict(sorted(self.positions.items()))
        return [
            *(str(self.stamp), self.fingerprint, document, sold),
            *(self.answer, positions, self.undone, *self.more),
        ]

    @classmethod
    def load(cls, row: Sequence[Any]) -> Self:
        """Read its stored layout.

        Raises:
            TypeError, ValueError: The row has another shape.
        """
        stamp, fingerprint, (pk, sk), sold, answer, positions, undone, *more = row
        return cls(
            *(Stamp.parse(stamp), fingerprint, (pk, sk), sold, answer, bool(undone), positions),
            tuple(more),
        )


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """Which regions applied an operation, and how.

    Attributes:
        operation_id: Made up by the client.
        applied: Region to how it was applied there.
    """

    operation_id: str
    applied: Mapping[str, Applied]

    def merge(self, other: Self) -> Self:
        """Return the union of both records over regions."""
        regions = sorted(self.applied.keys() | other.applied.keys())
        return replace(
            self,
            applied={
                region: self.applied[region].merge(other.applied[region])
                if region in self.applied and region in other.applied
                else self.applied.get(region) or other.applied[region]
                for region in regions
            },
        )

    def of_record(self, fingerprint: str) -> Applied | None:
        """Return the application that stands: its effect counts, and retries get its answer.

        It is that of the first region by name, whatever order the applications arrive in: a region
        that took its effect back can never turn out to be the one that stands.

        Two applications with different fingerprints are two operations under one id, a fault of
        the client: both were acknowledged, so both stand.

        Args:
            fingerprint: Of the operation.
        """
        twins = [name for name, one in self.applied.items() if one.fingerprint == fingerprint]
        return self.applied[min(twins)] if twins else None

    def surplus_in(self, region: str) -> Applied | None:
        """Return what `region` has to take back: its own effect, if another region's stands."""
        own = self.applied.get(region)
        return None if own is None or own.undone else self.twin_in(region)

    def twin_in(self, region: str) -> Applied | None:
        """Return the application of `region` that does not stand, taken back or not; else None."""
        own = self.applied.get(region)
        if own is None or not own.sold:
            return None
        return own if self.of_record(own.fingerprint) is not own else None

    def positions(self, fingerprint: str, item_id: str) -> dict[str, int]:
        """Return where the counters of an item stood right after a sale, by region.

        Args:
            fingerprint: Of the operation; applications with another one are another operation.
            item_id: What was sold.
        """
        return {
            region: one.positions[item_id]
            for region, one in sorted(self.applied.items())
            if one.fingerprint == fingerprint and item_id in one.positions
        }

    def undo(self, region: str) -> Self:
        """Return this record after `region` took its effect back."""
        own = replace(self.applied[region], undone=True)
        return replace(self, applied={**self.applied, region: own})

    def stamps(self) -> list[Stamp]:
        """Return every stamp in it."""
        return [one.stamp for one in self.applied.values()]

    def dump(self) -> Body:
        """Return its stored layout: region to the array that `Applied.dump` gives."""
        return {region: one.dump() for region, one in sorted(self.applied.items())}

    @classmethod
    def load(cls, operation_id: str, body: Body) -> Self:
        """Read its stored layout.

        Raises:
            InvalidDocumentError: The body has another shape.
        """
        try:
            applied = {region: Applied.load(row) for region, row in body.items()}
        except (TypeError, ValueError, InvalidStampError) as error:
            raise InvalidDocumentError(f"not an operation record: {error!r}") from error
        return cls(operation_id, applied)
