"""Maps the columns of a file to fields: by names, `--map` and `--set`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from dataload.importing.problems import FileRefusedError, suggestion
from services.domain import csv_table
from services.domain.formulas import unescaped
from services.domain.markets import LOCALES

_JOIN: Final = "+"
_TAG: Final = r"[A-Za-z]{2}(?:[_-][A-Za-z]{2,4})?"  # `name_pt`, `name_pt-BR`; not `name_old`
_NEXT_PAIR: Final = re.compile(r",(?=\s*[A-Za-z_]+\s*=)")


class UsageError(ValueError):
    """`--map` or `--set` cannot be understood; the message says which part and why."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a kind of file has.

    Attributes:
        required: Columns that must be in the file, or mapped, or set.
        optional: Columns that may be there.
        localized: Columns of which there may be one per language, as in `name_fr`.
        prefixed: The column with ids of stores, which `--id-prefix` changes; None: there is none.
        aliases: Column to other usual names of it; its own name comes before them.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    localized: tuple[str, ...] = ()
    prefixed: str | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every name that a column can have, the aliases included."""
        return (*self.names, *(name for names in self.aliases.values() for name in names))

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a column can have."""
        texts = (f"{name}_{locale}" for name in self.localized for locale in LOCALES)
        return (*self.required, *self.optional, *texts)

    def foreign(self, header: Iterable[str]) -> list[str]:
        """Return the names that look like texts in languages that the chain does not have."""
        tags = "|".join(self.localized)
        return [
            name
            for name in header
            if (found := re.fullmatch(rf"(?:{tags})[_-]({_TAG})", name, re.IGNORECASE))
            and found[1] not in LOCALES
        ]


@dataclass(frozen=True, slots=True)
class ColumnOptions:
    """The values of `--map`, `--set` and `--id-prefix`.

    Attributes:
        sources: Column to the name that the file has for it.
        constants: Column to the value that all rows have.
        prefixes: Column to the text that is put before its values.
    """

    sources: Mapping[str, str]
    constants: Mapping[str, str]
    prefixes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where each column's value comes from.

    Attributes:
        fields: Column to the indexes of its fields, whose values are joined by blanks.
        constants: Column to the value that all rows have.
        prefixes: Column to the text that is put before its values, where they are not empty.
        ignored: Names in the header that nothing uses.
    """

    fields: Mapping[str, tuple[int, ...]]
    constants: Mapping[str, str]
    prefixes: Mapping[str, str]
    ignored: tuple[str, ...]

    def values(self, fields: Sequence[str]) -> dict[str, str]:
        """Return the values of a record by column, as `formulas.escaped` found them."""
        fields = [unescaped(text) for text in fields]
        values = {
            column: fields[at[0]] if len(at) == 1 else " ".join(fields[one] for one in at)
            for column, at in self.fields.items()
        } | dict(self.constants)
        for column, prefix in self.prefixes.items():
            if values.get(column, "").strip():
                values[column] = prefix + values[column].strip()
        return values


def column_options(
    columns: Columns, maps: Iterable[str], sets: Iterable[str], id_prefix: str = ""
) -> ColumnOptions:
    """Read `--map name=shopname,...`, `--set market=us,...` and `--id-prefix b2-`.

    Raises:
        UsageError: A part is no pair, names an unknown column, or names one twice; or the ids of
            this kind of file take no prefix.
    """
    if id_prefix and columns.prefixed is None:
        raise UsageError("--id-prefix is for the ids of stores")
    sources = _pairs("--map", columns, maps)
    constants = _pairs("--set", columns, sets)
    for column in sources.keys() & constants.keys():
        raise UsageError(f"{column!r} is both mapped and set; choose --map or --set for it")
    for column, source in sources.items():
        if not source:
            raise UsageError(f"--map {column}= names no column of the file")
    prefixes = {columns.prefixed: id_prefix} if columns.prefixed and id_prefix else {}
    return ColumnOptions(sources, constants, prefixes)


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


def arrange(
    file: str, header: Sequence[str], columns: Columns, options: ColumnOptions
) -> Arrangement:
    """Find every column of a file.

    Raises:
        FileRefusedError: A column is missing, or is mapped to a name that the header does not have.
    """
    fields: dict[str, tuple[int, ...]] = {}
    for column in columns.names:
        if column in options.constants:
            continue
        source = options.sources.get(column)
        if source is not None:
            fields[column] = _mapped(file, header, column, source)
        elif found := csv_table.columns(header, [column], {}):
            fields[column] = (found[column],)
    _find_aliases(fields, header, columns, options)
    missing = [
        column
        for column in columns.required
        if column not in fields and column not in options.constants
    ]
    if missing:
        raise FileRefusedError(file, *_missing(missing, header))
    used = {at for places in fields.values() for at in places}
    ignored = tuple(name for at, name in enumerate(header) if at not in used and name)
    return Arrangement(fields, options.constants, options.prefixes, ignored)


def _mapped(file: str, header: Sequence[str], column: str, source: str) -> tuple[int, ...]:
    """Return the fields that `--map` gives to a column: `street=Straße+Nr` joins two."""
    whole = csv_table.columns(header, [source], {})
    if whole:
        return (whole[source],)
    places = []
    for name in source.split(_JOIN):
        found = csv_table.columns(header, [name.strip()], {})
        if not found:
            raise FileRefusedError(
                file,
                f"has no column {name.strip()!r}, which --map gives to {column!r}"
                f"{suggestion(name, [one.casefold() for one in header])}",
                f"its columns are {', '.join(header)}",
            )
        places.append(found[name.strip()])
    return tuple(places)


def _find_aliases(
    fields: dict[str, tuple[int, ...]],
    header: Sequence[str],
    columns: Columns,
    options: ColumnOptions,
) -> None:
    """Add the columns that the file has under another usual name."""
    used = {at for places in fields.values() for at in places}
    for column, names in columns.aliases.items():
        if column in fields or column in options.constants:
            continue
        found = csv_table.columns(header, names, {})
        free = (found[name] for name in names if name in found and found[name] not in used)
        at = next(free, None)
        if at is not None:
            fields[column] = (at,)
            used.add(at)


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
