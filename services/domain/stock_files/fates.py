"""What became of the rows of a count file: each row has exactly one fate."""

from dataclasses import dataclass, field
from typing import Final, Literal

from services.domain.stock_files.rows import CountRow, Refusal

MAX_LISTED: Final = 1_000  # refused rows of a report, and unknown ones


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A row about a store or an item that carte does not know yet; its count is kept.

    Attributes:
        line: Physical line on which the row starts.
        store: The store as the file names it.
        item: The item as the file names it.
        pieces: The pieces that were counted.
        reason: What is unknown.
        store_id: Id of the store; made up where carte does not know it.
    """

    line: int
    store: str
    item: str
    pieces: int
    reason: str
    store_id: str


@dataclass(slots=True)
class Fates:
    """The fates of a file's rows.

    Attributes:
        rows: Rows below the header, without empty ones.
        loaded: Rows whose count is in force, or was until a later one.
        unchanged: Rows that say what another row says, or are older than the count in force.
        unknown: Rows about what carte does not know yet; their counts are kept until it does.
        refused: Rows that count nothing.
        refusals: The first `MAX_LISTED` refused rows.
        unknown_rows: The first `MAX_LISTED` unknown rows.
        stores: Ids of the stores that the rows are about.
    """

    rows: int = 0
    loaded: int = 0
    unchanged: int = 0
    unknown: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    unknown_rows: list[UnknownRow] = field(default_factory=list)
    stores: set[str] = field(default_factory=set)

    def refuse(self, refusal: Refusal) -> None:
        """Record a refused row."""
        self.refused += 1
        if len(self.refusals) < MAX_LISTED:
            self.refusals.append(refusal)

    def keep_unknown(self, row: CountRow, reason: str, store_id: str) -> None:
        """Record a row whose count is kept until carte knows what it is about."""
        self.unknown += 1
        if len(self.unknown_rows) < MAX_LISTED:
            unknown = UnknownRow(row.line, row.store, row.item, row.pieces, reason, store_id)
            self.unknown_rows.append(unknown)

    def check_sum(self) -> None:
        """Check that each row has exactly one fate.

        Raises:
            AssertionError: A row has none or two, which is a fault of the import.
        """
        fates = self.loaded + self.unchanged + self.unknown + self.refused
        if fates != self.rows:
            raise AssertionError(f"{self.rows} rows, {fates} fates")

    @property
    def status(self) -> Literal["loaded", "partly", "refused"]:
        """How the import ended: `partly` where some rows are refused or unknown."""
        if not self.refused and not self.unknown:
            return "loaded"
        return "partly" if self.loaded or self.unchanged or self.unknown else "refused"
