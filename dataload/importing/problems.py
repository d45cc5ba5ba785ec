"""Problems of an import: of a row, or of a whole file."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from services.domain.errors import CarteError

REPEAT = "repeats an earlier row"
# How columns begin in which refused rows keep the fields that stood below no name.
SURPLUS = "refused_extra_"
# The column in which they keep the physical line of what is no CSV.
TEXT = "refused_text"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused.

    Attributes:
        file: The file's path as it was given.
        line: Physical line, from 1, on which the row starts.
        column: The column as carte calls it; None where the row as a whole is meant.
        rule: The rule that was broken, the same words for every row that breaks it.
        reason: The same with the value, for this row, and what to write instead.
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
        """Whether the row has the same values as an earlier row; leaving it out loses nothing."""
        return self.rule == REPEAT


class FileRefusedError(CarteError):
    """A file cannot be imported at all; nothing of it was written.

    Attributes:
        file: The file's path as it was given.
        reason: What is wrong, with the line where there is one.
        hint: What to do next.
    """

    def __init__(self, file: str, reason: str, hint: str) -> None:
        super().__init__(f"{file}: {reason}", hint)
        self.file = file
        self.reason = reason


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'street'?` if a known name is spelled alike, else an empty text.

    Not for allergens: two of them can be spelled alike and mean different dangers.
    """
    alike = get_close_matches(wrong.casefold(), list(known), n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(map(repr, alike))}?" if alike else ""
