"""What an import did: for a person, for a program, and the refused rows as a file to mend."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from dataload.importing.cells import Row
from dataload.importing.problems import Problem
from services.storage.bulk import Outcome

_SHOWN: Final = 20
_ADDED_COLUMNS: Final = ("refused_line", "refused_column", "refused_reason")


@dataclass(slots=True)
class FileReport:
    """What became of one file's rows.

    Attributes:
        rows: all rows of the file.
        loaded: rows that are good, and written unless this is a dry run.
        refused: the others with their problems.
        ignored: columns that nothing was read from.
    """

    file: str
    header: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: int = 0
    loaded: int = 0
    refused: list[tuple[Row, list[Problem]]] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """All problems in the order of the lines."""
        ordered = sorted(self.refused, key=lambda one: one[0].line)
        return [problem for _, problems in ordered for problem in problems]

    @property
    def repeated(self) -> int:
        """Rows that only say again what an earlier one said."""
        return sum(problems[0].is_repeat for _, problems in self.refused)

    @property
    def bad(self) -> int:
        """Rows that were refused for another reason."""
        return len(self.refused) - self.repeated

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "file": self.file,
            "rows": self.rows,
            "loaded": self.loaded,
            "refused": self.bad,
            "repeated": self.repeated,
            "ignoredColumns": list(self.ignored),
            "problems": [asdict(problem) for problem in self.problems],
        }


@dataclass(slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        region: whose table was written.
        documents: documents created, changed and found as they should be, all kinds together.
        published: market to the version that its catalog now has.
        unpublished: market to what keeps its catalog from being published.
        notes: what somebody should know although nothing is wrong.
    """

    region: str
    dry_run: bool
    files: list[FileReport]
    documents: Outcome = field(default_factory=Outcome)
    published: dict[str, str] = field(default_factory=dict)
    unpublished: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Nothing was refused; rows that only repeat others are no failure."""
        return not self.unpublished and not any(one.bad for one in self.files)

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "region": self.region,
            "dryRun": self.dry_run,
            "files": [one.to_json() for one in self.files],
            "documents": asdict(self.documents),
            "published": self.published,
            "unpublished": self.unpublished,
            "notes": self.notes,
        }


def lines(report: ImportReport) -> Iterable[str]:
    """The report for a person; at most twenty problems, under the rule that they break."""
    verb = "would be loaded" if report.dry_run else "loaded"
    for one in report.files:
        repeated = f", {one.repeated:,} repeated" if one.repeated else ""
        yield f"{one.file}: {one.rows:,} rows, {one.loaded:,} {verb}, {one.bad:,} refused{repeated}"
        if one.ignored:
            yield f"  columns not used: {', '.join(one.ignored)}"
    yield from _problems([problem for one in report.files for problem in one.problems])
    if not report.dry_run:
        done = report.documents
        yield (
            f"{report.region}: {done.created:,} documents created, {done.changed:,} changed, "
            f"{done.unchanged:,} already right"
        )
    for market, version in report.published.items():
        yield f"catalog of {market} published: {version}"
    for market, reasons in report.unpublished.items():
        yield f"catalog of {market} NOT published, the one in force stays; mend and import again:"
        yield from (f"  {reason}" for reason in reasons[:_SHOWN])
    yield from (f"note: {note}" for note in report.notes)


def _problems(problems: Sequence[Problem]) -> Iterable[str]:
    left = _SHOWN
    counts = Counter((problem.column, problem.rule) for problem in problems)
    for (column, rule), count in counts.most_common():
        yield f"  {f'{column} {rule}' if column else rule}: {count:,}"
        of_rule = [one for one in problems if (one.column, one.rule) == (column, rule)]
        # Every rule shows at least one example, whatever came before it.
        for problem in of_rule[: max(1, left // len(counts) if len(counts) > 1 else left)]:
            yield f"    {problem.file}:{problem.line}: {problem}"
            left -= 1
    hidden = len(problems) - (_SHOWN - left)
    if hidden > 0:
        yield f"  ... and {hidden:,} more: --json lists all, --refused PATH writes them to a file"


def write_refused(path: Path, reports: Sequence[FileReport]) -> int:
    """Write the refused rows as CSV with the reasons behind, fit to be mended and imported again.

    Returns:
        How many rows it wrote.
    """
    header = list(dict.fromkeys(name for one in reports for name in one.header if name))
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*header, "refused_file", *_ADDED_COLUMNS])
        for report in reports:
            for row, problems in sorted(report.refused, key=lambda one: one[0].line):
                fields = dict(zip(report.header, row.fields, strict=False))
                columns = "; ".join(problem.column or "row" for problem in problems)
                reasons = "; ".join(map(str, problems))
                cells = [fields.get(name, "") for name in header]
                out.writerow([*cells, report.file, row.line, columns, reasons])
                written += 1
    return written
