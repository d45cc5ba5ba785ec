"""Reads a whole replica page by page, to compare what its items say of each other.

The table is scanned: an index by time would cost a write with every mutation, in every region, for
a walk that is made a few times a day. Segments are the shards of the walk (Amazon DynamoDB
developer guide, "Parallel scan"); a place in one is enough to go on in another process.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, Self

from services.storage import keys
from services.storage.exceptions import UnreadableItemError
from services.storage.keys import Key
from services.storage.replica import Stored, stored_of
from services.storage.table import Table

SEGMENTS: Final = 8
_ROWS_A_PAGE: Final = 2_000  # about a megabyte, the most that DynamoDB reads at once
_EVIDENCE: Final = (
    "begins_with(pk, :journal) OR sk = :operation OR sk = :pointer OR begins_with(pk, :conflicts)"
)
_VALUES: Final = {
    ":journal": {"S": keys.JOURNAL_PREFIX},
    ":operation": {"S": keys.OPERATION},
    ":pointer": {"S": keys.CURRENT},
    ":conflicts": {"S": keys.CONFLICTS_PREFIX},
}


class Place(NamedTuple):
    """Where a walk goes on.

    Attributes:
        segment: 0 to SEGMENTS - 1.
        after: The last item that was read in it; None at its beginning.
    """

    segment: int = 0
    after: Key | None = None

    def to_json(self) -> list[Any]:
        """Return the place as JSON values."""
        return [self.segment, list(self.after) if self.after else None]

    @classmethod
    def load(cls, stored: Any) -> Self:
        """Read a place that `to_json` returned; a malformed one is the beginning of the scan."""
        match stored:
            case [int(segment), None] if 0 <= segment < SEGMENTS:
                return cls(segment)
            case [int(segment), [str(pk), str(sk)]] if 0 <= segment < SEGMENTS:
                return cls(segment, Key(pk, sk))
            case _:
                return cls()


class Page(NamedTuple):
    """One page of a walk.

    Attributes:
        rows: Journal entries, operation records, catalog pointers and conflicts among the items
            read.
        next: Where the walk goes on; None at the end of the table.
        read_units: What reading it cost.
        unreadable: What is wrong with items among those that were read, which are not in `rows`.
    """

    rows: list[Stored]
    next: Place | None
    read_units: float
    unreadable: Sequence[UnreadableItemError] = ()


def pages(table: Table, place: Place) -> Iterator[Page]:
    """Yield the pages of a replica from a place on, each by one Scan request.

    Reads are eventually consistent: a write of this moment is not looked at anyway.
    """
    while True:
        request: dict[str, Any] = {
            "TableName": table.binding.table,
            "Segment": place.segment,
            "TotalSegments": SEGMENTS,
            "Limit": _ROWS_A_PAGE,
            "FilterExpression": _EVIDENCE,
            "ExpressionAttributeValues": _VALUES,
            "ReturnConsumedCapacity": "TOTAL",
        }
        if place.after is not None:
            pk, sk = place.after
            request["ExclusiveStartKey"] = {"pk": {"S": pk}, "sk": {"S": sk}}
        answer = table.scan(request)
        last = answer.get("LastEvaluatedKey")
        after: Place | None
        if last:
            after = Place(place.segment, Key(last["pk"]["S"], last["sk"]["S"]))
        else:
            after = Place(place.segment + 1) if place.segment + 1 < SEGMENTS else None
        units = float((answer.get("ConsumedCapacity") or {}).get("CapacityUnits", 0.0))
        rows: list[Stored] = []
        unreadable: list[UnreadableItemError] = []
        for item in answer["Items"]:
            try:
                rows.append(stored_of(item))
            except UnreadableItemError as error:
                unreadable.append(error)
        yield Page(rows, after, units, unreadable)
        if after is None:
            return
        place = after
