"""Which column of a file is which: names, `--map` and `--set`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from dataload.importing.problems import FileRefusedError, suggestion
from services.domain.markets import LOCALES

_NEXT_PAIR: Final = re.compile(r",(?=\s*[A-Za-z_]+\s*=)")


class UsageError(ValueError):
    """`--map` or `--set` cannot be understood; the message says which part and why."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a kind of file has.

    Attributes:
        required: each must be in the file, or mapped, or set.
        optional: each may be.
        localized: of each there may be one per language, as in `name_fr`.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    localized: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a column can have."""
        texts = (f"{name}_{locale}" for name in self.localized for locale in LOCALES)
        return (*self.required, *self.optional, *texts)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What `--map` and `--set` say: column to the file's own name, column to a constant."""

    sources: Mapping[str, str]
    constants: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where each column's value comes from.

    Attributes:
        width: number of fields in the header.
        fields: column to the index of its field.
        constants: column to the value all rows have.
        ignored: names in the header that nothing uses.
    """

    width: int
    fields: Mapping[str, int]
    constants: Mapping[str, str]
    ignored: tuple[str, ...]

    def values(self, fields: Sequence[str]) -> dict[str, str]:
        """The values of a record by column."""
        values = {column: fields[at] for column, at in self.fields.items()}
        return {**values, **self.constants}


def wishes(columns: Columns, maps: Iterable[str], sets: Iterable[str]) -> Wishes:
    """Understand `--map name=shopname,...` and `--set market=us,...`.

    Raises:
        UsageError: a part is no pair, names an unknown column, or names one twice.
    """
    sources = _pairs("--map", columns, maps)
    constants = _pairs("--set", columns, sets)
    for column in sources.keys() & constants.keys():
        raise UsageError(f"{column!r} is both mapped and set; choose --map or --set for it")
    for column, source in sources.items():
        if not source:
            raise UsageError(f"--map {column}= names no column of the file")
    return Wishes(sources, constants)


def _pairs(option: str, columns: Columns, texts: Iterable[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in (part for whole in texts for part in _NEXT_PAIR.split(whole)):
        column, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise UsageError(f"{option} {text!r} is not like column=value")
        if column not in columns.names:
            raise UsageError(
                f"{option} {text}: there is no column {column!r}"
                f"{suggestion(column, columns.names)} (columns: {', '.join(columns.names)})"
            )
        if column in pairs:
            raise UsageError(f"{option} names {column!r} twice")
        pairs[column] = value
    return pairs


def arrange(file: str, header: Sequence[str], columns: Columns, wished: Wishes) -> Arrangement:
    """Find every column of a file.

    Raises:
        FileRefusedError: a column is missing, stands in the header twice, or is mapped to a name
            that the header does not have.
    """
    positions = _positions(file, header)
    fields: dict[str, int] = {}
    for column in columns.names:
        if column in wished.constants:
            continue
        source = wished.sources.get(column, column)
        at = positions.get(source.casefold())
        if at is not None:
            fields[column] = at
        elif column in wished.sources:
            raise FileRefusedError(
                file,
                f"has no column {source!r}, which --map gives to {column!r}"
                f"{suggestion(source, positions)}",
                f"its columns are {', '.join(header)}",
            )
    missing = [
        column
        for column in columns.required
        if column not in fields and column not in wished.constants
    ]
    if missing:
        raise FileRefusedError(file, *_missing(missing, header))
    used = set(fields.values())
    ignored = tuple(name for at, name in enumerate(header) if at not in used and name)
    return Arrangement(len(header), fields, wished.constants, ignored)


def _positions(file: str, header: Sequence[str]) -> dict[str, int]:
    positions: dict[str, int] = {}
    for at, name in enumerate(header):
        if not name:
            continue  # as a trailing delimiter makes one
        if name.casefold() in positions:
            raise FileRefusedError(
                file,
                f"line 1: the column {name!r} stands in the header twice "
                f"(fields {positions[name.casefold()] + 1} and {at + 1})",
                "rename or remove one of them",
            )
        positions[name.casefold()] = at
    return positions


def _missing(missing: Sequence[str], header: Sequence[str]) -> tuple[str, str]:
    names, verb = ", ".join(map(repr, missing)), "are" if len(missing) > 1 else "is"
    first = missing[0]
    reason = f"line 1: missing {verb} {names} (the columns are {', '.join(header)})"
    alike = get_close_matches(first, [name for name in header if name], n=1, cutoff=0.5)
    hint = (
        f"say which column it is with --map {first}={alike[0] if alike else '<name in the file>'}, "
        f"or give all rows the same value with --set {first}=<value>"
    )
    return reason, hint
