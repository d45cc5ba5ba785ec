"""How epochs and parts are stored: in today's stock documents, with more values in each row.

`STOCK` holds the counts, `STOCK#<region>` what a region did. A row of today, without the new
values, is read as a count that was not shared out, and a slot that gave nothing away.
"""

from collections.abc import Mapping
from typing import Any, Final

from services.domain.documents.layout import InvalidDocumentError
from services.domain.rights.account import Epoch, Hold, Part
from services.domain.stamp import Stamp

_OLD_COUNT: Final = 3
_SLOT: Final = ("sold", "returns", "given", "held", "wanted", "version")


def dump_epoch(epoch: Epoch, stamp_index: int) -> list[Any]:
    """Return a count's row: pieces, seen, stamp as today; then counted, shares, given, held."""
    given = {region: dict(sorted(to.items())) for region, to in epoch.seen_given.items() if to}
    held = {region: _holds(holds) for region, holds in epoch.held.items() if holds}
    return [
        *(epoch.pieces, dict(sorted(epoch.seen.items())), stamp_index),
        *(epoch.counted, dict(sorted(epoch.shares.items()))),
        *(dict(sorted(given.items())), dict(sorted(held.items()))),
    ]


def load_epoch(row: list[Any], stamps: list[Stamp]) -> Epoch:
    """Read a count's row.

    A count of today has no shares: all its pieces belong to the region that counted.

    Raises:
        InvalidDocumentError: The row has another shape.
    """
    try:
        pieces, seen, index = row[:_OLD_COUNT]
        if len(row) == _OLD_COUNT:
            return Epoch(stamps[index], pieces, pieces, {stamps[index].region: pieces}, seen)
        counted, shares, given, held = row[_OLD_COUNT : _OLD_COUNT + 4]
        holds = {region: _read_holds(rows) for region, rows in held.items()}
        epoch = Epoch(stamps[index], counted, pieces, shares, seen, given, holds)
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise InvalidDocumentError(f"not a count with shares: {error!r}") from error
    if sum(epoch.shares.values()) != epoch.pieces:
        raise InvalidDocumentError("the shares of a count are not its pieces")
    return epoch


def dump_part(part: Part) -> list[Any]:
    """Return a region's row: sold and returns as today; then given, held, wanted, version."""
    return [
        part.sold,
        [[at, pieces] for at, pieces in sorted(part.returns.items())],
        dict(sorted(part.given.items())),
        _holds(part.held),
        part.wanted,
        part.version,
    ]


def load_part(row: list[Any]) -> Part:
    """Read a region's row; one of today has `sold` and perhaps `returns`.

    Raises:
        InvalidDocumentError: The row has another shape.
    """
    try:
        values = dict(zip(_SLOT, row, strict=False))
        return Part(
            version=int(values.get("version", 0)),
            sold=int(values["sold"]),
            returns={int(at): int(pieces) for at, pieces in values.get("returns", [])},
            held=_read_holds(values.get("held", [])),
            given={str(to): int(pieces) for to, pieces in values.get("given", {}).items()},
            wanted=int(values.get("wanted", 0)),
        )
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InvalidDocumentError(f"not a region's part of a counter: {error!r}") from error


def _holds(holds: Mapping[int, Hold]) -> list[list[int]]:
    return [[at, hold.pieces, hold.until] for at, hold in sorted(holds.items())]


def _read_holds(rows: list[list[int]]) -> dict[int, Hold]:
    return {int(at): Hold(int(pieces), int(until)) for at, pieces, until in rows}
