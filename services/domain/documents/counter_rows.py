"""How a region's part of a bounded counter is stored: the counters of pickup slots."""

from collections.abc import Mapping
from typing import Any, Final

from services.domain.documents.layout import InvalidDocumentError
from services.domain.rights.account import Hold, Part
from services.domain.rights.returned import NOTHING, Returned

_SLOT: Final = ("sold", "returns", "given", "held", "wanted", "version", "back")


def dump_part(part: Part) -> list[Any]:
    """Return a region's row: sold, returns, given, held, wanted, version, back.

    The last one is missing where nothing was taken back. What a newer version added follows.
    """
    back = part.back.dump()
    return [
        part.sold,
        [[at, pieces] for at, pieces in sorted(part.returns.items())],
        dict(sorted(part.given.items())),
        _holds(part.held),
        part.wanted,
        part.version,
        *([back] if back or part.more else []),
        *part.more,
    ]


def load_part(row: list[Any]) -> Part:
    """Read a region's row; values that are missing at its end are those of an empty part.

    Raises:
        InvalidDocumentError: The row has another shape.
    """
    try:
        values = dict(zip(_SLOT, row, strict=False))
        back = values.get("back")
        return Part(
            version=int(values.get("version", 0)),
            sold=int(values["sold"]),
            returns={int(at): int(pieces) for at, pieces in values.get("returns", [])},
            held=_read_holds(values.get("held", [])),
            given={str(to): int(pieces) for to, pieces in values.get("given", {}).items()},
            wanted=int(values.get("wanted", 0)),
            back=Returned.load(back) if back else NOTHING,
            more=tuple(row[len(_SLOT) :]),
        )
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InvalidDocumentError(f"not a region's part of a counter: {error!r}") from error


def _holds(holds: Mapping[int, Hold]) -> list[list[int]]:
    return [[at, hold.pieces, hold.until] for at, hold in sorted(holds.items())]


def _read_holds(rows: list[list[int]]) -> dict[int, Hold]:
    return {int(at): Hold(int(pieces), int(until)) for at, pieces, until in rows}
