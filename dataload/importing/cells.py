"""The values of one row: text turned into numbers, flags and lists, then checked by the domain.

An empty cell means no change, as null does in GraphQL. A word empties a value:
`none`, or `catalog` for a price or a rank that shall be the catalog's again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from dataload.importing.problems import Problem
from services.domain.validation import InvalidFieldError, InvalidFieldsError, Rule, shown

NONE: Final = "none"
CATALOG: Final = "catalog"
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_YES: Final = frozenset({"true", "yes", "y", "1"})
_NO: Final = frozenset({"false", "no", "n", "0"})
_SEPARATORS: Final = re.compile(r"[;|,]")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes:
        file: The file's path as it was given.
        line: Physical line, from 1, on which the row starts.
        values: Columns that are used, to their values as written.
        fields: All fields of the record as written.
        text: The physical line of a row that is no CSV, without its end; else empty.
    """

    file: str
    line: int
    values: Mapping[str, str]
    fields: tuple[str, ...] = ()
    text: str = ""


@dataclass(slots=True)
class Cells:
    """Reads a row; a value that breaks a rule is read as None and added to `problems`."""

    row: Row
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, column: str | None, rule: str, reason: str | None = None) -> None:
        """Add a broken rule."""
        row = self.row
        self.problems.append(Problem(row.file, row.line, column, rule, reason or rule))

    def refuse_for(self, column: str, error: InvalidFieldError) -> None:
        """Add a value that the domain refuses."""
        self.refuse(column, error.rule, str(error))

    def written(self, column: str) -> str | None:
        """Return a cell as written, blanks folded; None if it is empty or not in the file."""
        return " ".join(self.row.values.get(column, "").split()) or None

    def checked(self, column: str, read: Callable[[], T]) -> T | None:
        """Return what `read` returns, or None if the domain refuses the value."""
        try:
            return read()
        except InvalidFieldError as error:
            self.refuse_for(column, error)
        except InvalidFieldsError as several:
            for one in several.errors:
                self.refuse_for(column, one)
        return None

    def text(self, column: str, rule: Rule, *, required: bool = False) -> str | None:
        """Return a text in its canonical form; None if empty."""
        value = self.written(column)
        if value is None:
            if required:
                self.refuse(column, "is empty")
            return None
        found: str | None = self.checked(column, lambda: rule(column, value))
        return found

    def number(self, column: str, rule: Rule) -> float | None:
        """Return a decimal number; None if empty."""
        value = self.written(column)
        if value is None:
            return None
        if "." not in value:
            value = value.replace(",", ".", 1)  # a decimal comma; degrees have no thousands
        if not _NUMBER.fullmatch(value):
            reason = f"{shown(self.row.values[column])} is not a number such as 48.85"
            self.refuse(column, "is not a number", reason)
            return None
        found: float | None = self.checked(column, lambda: rule(column, float(value)))
        return found

    def whole(self, column: str, rule: Rule) -> int | None:
        """Return a whole number; None if empty."""
        value = self.written(column)
        if value is None:
            return None
        number = int(value) if _WHOLE.fullmatch(value) else value
        found: int | None = self.checked(column, lambda: rule(column, number))
        return found

    def flag(self, column: str) -> bool | None:
        """Return true or false; None if empty."""
        value = self.written(column)
        if value is None:
            return None
        word = value.casefold()
        if word not in _YES | _NO:
            self.refuse(
                column,
                "is not true or false",
                f"{shown(value)} is not true or false; write yes or no",
            )
            return None
        return word in _YES

    def names(self, column: str, rule: Rule) -> list[str] | None:
        """Return names in either case, separated by ; or | or a comma; [] for `none`."""
        value = self.written(column)
        if value is None:
            return None
        if value.casefold() == NONE:
            return []
        wanted = [part.strip() for part in _SEPARATORS.split(value) if part.strip()]
        known = [part.upper() for part in wanted]
        try:
            found: list[str] = rule(column, known)
        except InvalidFieldError as error:
            # As written: the reader of the message looks for it in the file.
            as_written = {name.upper(): name for name in wanted}
            message = error.message
            for upper, name in as_written.items():
                message = message.replace(repr(upper), repr(name))
            self.refuse(column, error.rule, f"{message}; {error.hint}")
            return None
        if not wanted:
            self.refuse(column, "names nothing", f"{shown(value)} names nothing; write {NONE}")
        return found

    def sets(self, column: str, words: tuple[str, ...], read: Callable[[], Any]) -> dict[str, Any]:
        """Return {column: value} for what a cell sets: nothing if it is empty or wrong.

        Args:
            column: The column.
            words: Words that empty the field.
            read: Reads the cell otherwise; None is a value that was refused.
        """
        value = self.written(column)
        if value is None:
            return {}
        if value.casefold() in words:
            return {column: None}
        found = read()
        return {} if found is None else {column: found}
