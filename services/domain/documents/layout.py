"""How stamps are laid out in a stored document: each once, in a table, entries name its index.

Most entries of a document were written together (an import, a seed), so a table of stamps keeps a
60-item assortment near 3 kB where a stamp beside every register would triple it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.domain.documents.lazy import LazyEntries

# Also taken from here: joining registers raises them.
from services.domain.register import InvalidDocumentError as InvalidDocumentError  # noqa: PLC0414
from services.domain.register import NewerDocumentError as NewerDocumentError  # noqa: PLC0414
from services.domain.register import Register, more_of, with_more
from services.domain.stamp import InvalidStampError, Stamp

STAMPS: Final = "s"
ENTRIES: Final = "e"
_PARTS: Final = frozenset({STAMPS, ENTRIES})
# What reading a row of another shape raises.
SHAPE_ERRORS: Final = (KeyError, TypeError, ValueError, IndexError, AttributeError)

Json = Any
Body = dict[str, Json]


class StampWriter:
    """Collects the stamps of one document, sorted, so that equal documents have equal bytes."""

    def __init__(self, stamps: Iterable[Stamp]) -> None:
        # Most registers of a document share few stamp objects, and an id is looked up ten times
        # faster than a stamp. Keeping the objects keeps the ids theirs.
        self._objects = {id(stamp): stamp for stamp in stamps}
        self._stamps = sorted(set(self._objects.values()))
        index = {stamp: index for index, stamp in enumerate(self._stamps)}
        self._index = {key: index[stamp] for key, stamp in self._objects.items()}

    def __getitem__(self, stamp: Stamp) -> int:
        """Return the index of one of the stamp objects that were passed in."""
        return self._index[id(stamp)]

    def table(self) -> list[str]:
        """Return the texts of all stamps, in the order of their indexes."""
        return [str(stamp) for stamp in self._stamps]


def read_stamps(body: Body) -> list[Stamp]:
    """Return the stamp table of a stored document.

    Raises:
        InvalidDocumentError: It has none, or a text in it is not a stamp.
    """
    try:
        return [Stamp.parse(text) for text in body[STAMPS]]
    except (KeyError, TypeError, InvalidStampError) as error:
        raise InvalidDocumentError(f"no stamp table: {error}") from error


def entries(body: Body) -> dict[str, Json]:
    """Return the entries of a stored document as they are stored.

    Raises:
        InvalidDocumentError: It has none.
    """
    found = body.get(ENTRIES)
    if not isinstance(found, dict):
        raise InvalidDocumentError("it has no entries")
    return found


def dump_registers(registers: Mapping[str, Register[Json]]) -> Body:
    """Lay out a map of registers: `{"s": [stamps], "e": {key: [value, stamp index]}}`.

    What a newer version stored beside these two is laid out as it was read.
    """
    stamps = StampWriter(register.stamp for register in registers.values())
    return {
        STAMPS: stamps.table(),
        ENTRIES: {key: [reg.value, stamps[reg.stamp]] for key, reg in sorted(registers.items())},
        **more_of(registers),
    }


def unread(body: Body) -> Body:
    """Return the parts of a body that a newer version stored beside its stamps and entries."""
    if body.keys() <= _PARTS:
        return {}
    return {name: part for name, part in body.items() if name not in _PARTS}


def load_registers(body: Body) -> dict[str, Register[Json]]:
    """Read what `dump_registers` laid out.

    Raises:
        InvalidDocumentError: The body has another shape.
    """
    stamps = read_stamps(body)
    try:
        registers = {
            key: Register(value, stamps[index]) for key, (value, index) in body[ENTRIES].items()
        }
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise InvalidDocumentError(f"not a map of registers: {error!r}") from error
    return with_more(registers, unread(body))


def read_registers(body: Body) -> Mapping[str, Register[Json]]:
    """Like `load_registers`, but the registers are made at their first use.

    Raises:
        InvalidDocumentError: The body has another shape; also later, where it shows later.
    """
    return LazyEntries(entries(body), lambda: load_registers(body))
