"""The values of one row: each read by its column's rules, and every broken rule noted."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from dataload.importing.problems import Problem, shown, suggestion

IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", re.ASCII)
_YES: Final = frozenset({"true", "yes", "y", "1"})
_NO: Final = frozenset({"false", "no", "n", "0"})
_SEPARATORS: Final = re.compile(r"[;|,]")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: used columns to values as written, and all fields of the record."""

    file: str
    line: int
    values: Mapping[str, str]
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Cells:
    """Reads a row; a value that breaks a rule is read as None and noted in `problems`."""

    row: Row
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, column: str | None, rule: str, reason: str | None = None) -> None:
        """Note a broken rule."""
        row = self.row
        self.problems.append(Problem(row.file, row.line, column, rule, reason or rule))

    def given(self, column: str) -> bool:
        """Whether the file has this column at all."""
        return column in self.row.values

    def text(self, column: str, longest: int, *, required: bool = False) -> str | None:
        """A text with blanks trimmed and folded; None if empty."""
        value = " ".join(self.row.values.get(column, "").split())
        if not value:
            if required:
                self.refuse(column, "is empty")
            return None
        for one in value:
            if unicodedata.category(one) in {"Cc", "Cs"}:
                self.refuse(
                    column,
                    "holds a control character",
                    f"{shown(value)} holds the control character U+{ord(one):04X}",
                )
                return None
        if len(value) > longest:
            self.refuse(
                column,
                f"is longer than {longest} characters",
                f"{shown(value)} has {len(value)} characters; at most {longest} are allowed",
            )
            return None
        return value

    def identifier(self, column: str) -> str | None:
        """An id: it must be fit for a URL and a header."""
        value = self.text(column, 64, required=True)
        if value is not None and not IDENTIFIER.fullmatch(value):
            self.refuse(
                column,
                "is no id",
                f"{shown(value)} is no id: letters A-Z, digits, '.', '_' and '-', "
                "beginning with a letter or digit",
            )
            return None
        return value

    def number(self, column: str, low: float, high: float) -> float | None:
        """A required number from low to high."""
        value = self.text(column, 40, required=True)
        if value is None:
            return None
        if not _NUMBER.fullmatch(value):
            self.refuse(column, "is not a number", f"{shown(value)} is not a number{_comma(value)}")
            return None
        number = float(value)
        if not low <= number <= high:
            self.refuse(
                column,
                f"is not from {low:g} to {high:g}",
                f"{shown(value)} is not from {low:g} to {high:g}",
            )
            return None
        return number

    def whole(self, column: str, high: int) -> int | None:
        """A whole number from 0 to high; None if empty."""
        value = self.text(column, 20)
        if value is None:
            return None
        if not value.isascii() or not value.isdigit() or int(value) > high:
            rule = f"is not a whole number from 0 to {high}"
            self.refuse(column, rule, f"{shown(value)} {rule}")
            return None
        return int(value)

    def flag(self, column: str, *, default: bool) -> bool:
        """True or false; the default if empty."""
        value = self.text(column, 20)
        if value is None:
            return default
        if value.casefold() not in _YES | _NO:
            self.refuse(column, "is not true or false", f"{shown(value)} is not true or false")
        return value.casefold() in _YES

    def several(self, column: str, known: tuple[str, ...]) -> list[str]:
        """Names out of `known`, in its order, separated by ; or |, in either case."""
        text = self.text(column, 200) or ""
        wanted = {part.strip().upper(): part.strip() for part in _SEPARATORS.split(text)}
        for name in wanted.keys() - set(known) - {""}:
            alike = suggestion(name, [one.casefold() for one in known])
            self.refuse(
                column,
                "names something unknown",
                f"{shown(wanted[name])} is none of {', '.join(known)}{alike}",
            )
        return [name for name in known if name in wanted]

    def checked(self, column: str, rule: str, read: Callable[[], T]) -> T | None:
        """What `read` returns; a ValueError it raises becomes a problem with its message."""
        try:
            return read()
        except ValueError as error:
            self.refuse(column, rule, str(error))
            return None


def _comma(value: str) -> str:
    plain = value.replace(",", ".", 1)
    return f"; write {plain} with a point" if _NUMBER.fullmatch(plain) else " such as 48.85"
