"""What can be wrong with an import, row by row or with a file as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

REPEAT = "repeats an earlier row"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused.

    Attributes:
        file: the file's path as it was given.
        line: physical line, from 1, on which the row starts.
        column: the column as carte calls it; None where the row as a whole is meant.
        rule: the rule that was broken, the same words for every row that breaks it.
        reason: the same with the value, for this row.
    """

    file: str
    line: int
    column: str | None
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.column}: {self.reason}" if self.column else self.reason

    @property
    def is_repeat(self) -> bool:
        """The row only says again what an earlier row said; leaving it out loses nothing."""
        return self.rule == REPEAT


class FileRefusedError(Exception):
    """A file cannot be imported at all; nothing of it was written.

    Attributes:
        file: the file's path as it was given.
        reason: what is wrong, with the line where there is one.
        hint: what to do next.
    """

    def __init__(self, file: str, reason: str, hint: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
        self.hint = hint


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """`; did you mean 'street'?` where something known is spelled alike, else nothing."""
    alike = get_close_matches(wrong.casefold(), list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(map(repr, alike))}?" if alike else ""


def shown(value: str, limit: int = 60) -> str:
    """A value as a message quotes it, not longer than a line."""
    return repr(value if len(value) <= limit else value[: limit - 3] + "...")
