"""The report of an import: for a person, for a program, and the refused rows as a file to mend."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from dataload.importing.cells import Row
from dataload.importing.planning import Fate, ValueChange
from dataload.importing.problems import SURPLUS, TEXT, Problem
from services.domain.csv_source import UTF_8
from services.domain.csv_table import folded
from services.domain.formulas import escaped
from services.storage.bulk import Outcome

_SHOWN: Final = 20
_SHOWN_VALUE: Final = 60
_ADDED_COLUMNS: Final = (
    *("refused_file", "refused_line", "refused_column", TEXT),
    "refused_reason",
)


@dataclass(frozen=True, slots=True)
class RowFate:
    """The effect of a good row on the existing documents.

    Attributes:
        line: Physical line on which the row starts.
        subject: What the row is about, such as `store a1`.
        fate: Whether the row creates something, changes something, or finds all as it should be.
        changes: The values that it changes; of something that is created, none.
    """

    line: int
    subject: str
    fate: Fate
    changes: tuple[ValueChange, ...] = ()


@dataclass(slots=True)
class FileReport:
    """The fate of one file's rows; each row has exactly one.

    Attributes:
        file: The file's path as it was given.
        header: Names of all columns.
        ignored: Names of the columns that nothing was read from.
        rows: Number of all rows of the file.
        good: The rows that are good, and written unless this is a dry run.
        refused: The others with their problems; a row that repeats another one is among them.
        warnings: Line and text of what looks wrong in good rows.
        encoding: How the file was read, as in `TextSource`.
        own_names: As in `Sheet`.
    """

    file: str
    header: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: int = 0
    good: list[RowFate] = field(default_factory=list)
    refused: list[tuple[Row, list[Problem]]] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    encoding: str = UTF_8
    own_names: Mapping[str, str] = field(default_factory=dict)

    def refuse(self, row: Row, column: str | None, rule: str, reason: str) -> None:
        """Add a row that is refused after it was read."""
        self.refused.append((row, [Problem(row.file, row.line, column, rule, reason)]))

    def check_sum(self) -> None:
        """Check that each row of the file has exactly one fate.

        Raises:
            AssertionError: A row has none or two, which is a fault of the import.
        """
        fates = len(self.good) + len(self.refused)
        if fates != self.rows:
            raise AssertionError(f"{self.file}: {self.rows} rows, {fates} fates")

    def count(self, fate: Fate) -> int:
        """Return the number of good rows of a fate."""
        return sum(one.fate == fate for one in self.good)

    @property
    def problems(self) -> list[Problem]:
        """All problems in the order of the lines."""
        ordered = sorted(self.refused, key=lambda one: one[0].line)
        return [problem for _, problems in ordered for problem in problems]

    @property
    def repeated(self) -> int:
        """Number of rows that have the same values as an earlier row."""
        return sum(problems[0].is_repeat for _, problems in self.refused)

    @property
    def bad(self) -> int:
        """Number of rows that were refused for another reason."""
        return len(self.refused) - self.repeated

    def to_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        return {
            "file": self.file,
            "encoding": self.encoding,
            "rows": self.rows,
            "created": self.count("created"),
            "changed": self.count("changed"),
            "unchanged": self.count("unchanged"),
            "refused": self.bad,
            "repeated": self.repeated,
            "ignoredColumns": list(self.ignored),
            "changes": [
                {
                    "line": one.line,
                    "subject": one.subject,
                    "fate": one.fate,
                    "changes": [asdict(change) for change in one.changes],
                }
                for one in self.good
                if one.fate != "unchanged"
            ],
            "warnings": [{"line": line, "warning": text} for line, text in self.warnings],
            "problems": [asdict(problem) for problem in self.problems],
        }


@dataclass(slots=True)
class ImportReport:
    """The result of an import.

    Attributes:
        region: The region whose table was written.
        dry_run: Nothing was written; the rest is what would have been.
        files: The fate of each file's rows.
        documents: Documents created, changed and found as they should be, all kinds together.
        published: Market to the version that its catalog now has.
        unpublished: Market to the reasons that keep its catalog from being published.
        notes: What somebody should know although nothing is wrong.
        interrupted: Somebody stopped the import (Ctrl-C); what was written until then is whole.
    """

    region: str
    dry_run: bool
    files: list[FileReport]
    documents: Outcome = field(default_factory=Outcome)
    published: dict[str, str] = field(default_factory=dict)
    unpublished: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def good(self) -> bool:
        """Whether nothing was refused; rows that only repeat others are no failure."""
        refused = self.unpublished or any(one.bad for one in self.files)
        return not refused and not self.interrupted

    def to_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        return {
            "region": self.region,
            "dryRun": self.dry_run,
            "interrupted": self.interrupted,
            "files": [one.to_json() for one in self.files],
            "documents": asdict(self.documents),
            "published": self.published,
            "unpublished": self.unpublished,
            "notes": self.notes,
        }


def lines(report: ImportReport) -> Iterable[str]:
    """Yield the report for a person; at most twenty problems, under the rule that they break."""
    would = "would be " if report.dry_run else ""
    for one in report.files:
        counts = [
            f"{one.count('created'):,} {would}created",
            f"{one.count('changed'):,} {would}changed",
            f"{one.count('unchanged'):,} unchanged",
            f"{one.bad:,} refused",
            *([f"{one.repeated:,} repeated"] if one.repeated else []),
        ]
        read_as = "" if one.encoding == UTF_8 else f", read as {one.encoding}"
        yield f"{one.file}: {one.rows:,} rows: {', '.join(counts)}{read_as}"
        if one.ignored:
            yield f"  columns not used: {', '.join(one.ignored)}"
        yield from _changes(one)
        yield from _warnings(one)
    yield from _problems([problem for one in report.files for problem in one.problems])
    if report.interrupted:
        yield "interrupted: what is counted below was written; run the same again"
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


def _changes(report: FileReport) -> Iterable[str]:
    changed = [one for one in report.good if one.fate == "changed"]
    for one in changed[:_SHOWN]:
        yield f"  {one.subject}: {_shown_changes(one.changes)}"
    if len(changed) > _SHOWN:
        yield f"  ... and {len(changed) - _SHOWN:,} more changed: --json lists all"


def _shown_changes(changes: Sequence[ValueChange]) -> str:
    return ", ".join(
        f"{one.entry} {_value(one.before)} -> {_value(one.after)}" for one in islice(changes, 8)
    )


def _value(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= _SHOWN_VALUE else text[: _SHOWN_VALUE - 3] + "..."


def _warnings(report: FileReport) -> Iterable[str]:
    for line, text in report.warnings[:_SHOWN]:
        yield f"  warning: {report.file}:{line}: {text}"
    if len(report.warnings) > _SHOWN:
        yield f"  ... and {len(report.warnings) - _SHOWN:,} more warnings: --json lists all"


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
    """Write the refused rows as CSV with their reasons, fit to be mended and imported again.

    Of a row that is no CSV, `refused_text` has the physical line; fields beyond those that the
    header names are in `refused_extra_1` and so on.

    Returns:
        Number of rows written.
    """
    joined = _joined(reports)
    header = [name for key, name in joined.items() if key not in _ADDED_COLUMNS]
    surplus = max((len(_surplus(one, row)) for one in reports for row, _ in one.refused), default=0)
    taken = {folded(name) for name in header}
    numbered = (f"{SURPLUS}{number}" for number in range(1, len(header) + surplus + 1))
    extra = list(islice((name for name in numbered if name not in taken), surplus))
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*header, *extra, *_ADDED_COLUMNS])
        for report in reports:
            names = [joined.get(_key(report, name), "") for name in report.header]
            for row, problems in sorted(report.refused, key=lambda one: one[0].line):
                fields = dict(zip(names, row.fields, strict=False))
                columns = "; ".join(problem.column or "row" for problem in problems)
                reasons = "; ".join(map(str, problems))
                cells = [fields.get(name, "") for name in header]
                more = _surplus(report, row)
                cells += [*more, *[""] * (surplus - len(more))]
                # What an earlier import refused, and nobody mended, is kept.
                text = escaped(row.text) or fields.get(joined.get(folded(TEXT), TEXT), "")
                out.writerow([*cells, report.file, row.line, columns, text, reasons])
                written += 1
    return written


def _joined(reports: Sequence[FileReport]) -> dict[str, str]:
    """Return the columns of several files, each once, by key, with the name that is written.

    Files that spell their columns alike keep their names.
    """
    names: dict[str, dict[str, None]] = {}
    for report in reports:
        for name in report.header:
            if name:
                names.setdefault(_key(report, name), {})[name] = None
    own = {folded(name): name for one in reports for name in one.own_names.values()}
    return {
        key: next(iter(spelled)) if len(spelled) == 1 else own.get(key, next(iter(spelled)))
        for key, spelled in names.items()
    }


def _key(report: FileReport, name: str) -> str:
    return folded(report.own_names.get(name, name))


def _surplus(report: FileReport, row: Row) -> list[str]:
    """Return the fields of a row that stand below no name, up to the last one that is not blank."""
    named = [*report.header, *[""] * len(row.fields)]
    fields = [text for name, text in zip(named, row.fields, strict=False) if not name]
    while fields and not fields[-1].strip():
        fields.pop()
    return fields
