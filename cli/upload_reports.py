"""The printed lines about count files that were uploaded, or compared with the table."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from cli.uploading import AGAIN, FATES, NOT_KNOWN, NOT_UPLOADED, Report, Uploads
from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    from dataload.importing.stock import Preview

_TEXTS: Final = {
    NOT_UPLOADED: "not uploaded",
    NOT_KNOWN: "uploaded, and what became of its rows is not known",
}
_KEPT_ROWS: Final = (
    "kept rows count once the chain has a store or an item of that id or name; what is misspelled, "
    "correct and upload again"
)
_SHOWN: Final = 20


def lines(reports: Sequence[Report], *, errors: bool = True) -> Iterator[str]:
    """Yield the reports for a person.

    Args:
        reports: Of each file.
        errors: Whether these lines have why a file was not loaded; else the error message has it.
    """
    for one in reports:
        counts = ", ".join(f"{one[name]:,} {name}" for name in FATES)
        encoding = "" if one["encoding"] in {None, "UTF-8"} else f", read as {one['encoding']}"
        summary = _TEXTS.get(one["status"]) or f"{one['rows']:,} rows: {counts}{encoding}"
        yield f"{one['file']}: {summary}"
        if one["ignoredColumns"]:
            yield f"  columns not used: {', '.join(one['ignoredColumns'])}"
        if one["error"]:
            if errors:
                yield f"  error: {one['error']}" + (f"; {one['hint']}" if one["hint"] else "")
        elif one["copyOfUploadAt"]:
            yield f"  a copy of the upload of {one['copyOfUploadAt']}; {one['hint']}"
        for row in one["problems"]:
            column = f"{row['column']}: " if row["column"] else ""
            yield f"    {one['file']}:{row['line']}: {column}{row['reason']}"
        for row in one["unknownRows"]:
            yield f"    {one['file']}:{row['line']}: kept: {row['reason']}"
        if one["unknownRows"]:
            yield f"  {_KEPT_ROWS}"
        left_out = one["problemsLeftOut"] + one["unknownRowsLeftOut"]
        if left_out:
            yield f"  ... and {left_out:,} more rows; the whole report is {one.get('report')}"


def unusable(done: Uploads) -> list[UnusableInputError]:
    """Return why files cannot be used, where that holds of each: then nothing was written."""
    if not all(isinstance(one, UnusableInputError) for one in done.failures):
        return []
    if not all(one["error"] and not (one["loaded"] or one["unknown"]) for one in done.reports):
        return []
    return [
        UnusableInputError(f"{one['file']}: {one['error']}", one["hint"] or "")
        for one in done.reports
    ]


def none_usable(
    errors: Sequence[UnusableInputError], *, reported: bool = False
) -> UnusableInputError:
    """Return one error that stands for those of all files.

    Args:
        errors: One for each file; one at least.
        reported: Whether the report of several files has the reasons.
    """
    first = errors[0]
    if len(errors) == 1:
        return first
    return UnusableInputError(
        f"none of the {len(errors):,} files can be used",
        f"{first.hint or 'the report says why'}; nothing was written",
        detail="" if reported else "\n".join(one.message for one in errors[:_SHOWN]),
    )


def joined(failures: Sequence[CarteError], files: int, *, reported: bool = False) -> CarteError:
    """Return one error that stands for those of several files.

    Args:
        failures: One at least.
        files: How many files there were.
        reported: As of `none_usable`.
    """
    first = failures[0]
    if files == 1:
        return first
    messages = [] if reported else [*dict.fromkeys(one.message for one in failures)]
    return CarteError(
        f"{len(failures):,} of {files:,} files were not uploaded, or not seen to be loaded",
        f"{first.hint or 'the report says why'}; then {AGAIN}",
        detail="\n".join([*messages[:_SHOWN], first.detail]).strip(),
    )


def preview_json(found: "Preview") -> Report:
    """Return a preview for a program."""
    fates, error = found.fates, found.error
    return {
        "file": found.file,
        "encoding": found.encoding,
        "ignoredColumns": list(found.ignored),
        **{name: getattr(fates, name) for name in ("rows", *FATES)},
        "changes": [asdict(one) for one in found.changes],
        "problems": [asdict(one) for one in fates.refusals],
        "unknownRows": [asdict(one) for one in fates.unknown_rows],
        "error": None if error is None else error.message,
        "hint": None if error is None else error.hint,
    }


def preview_lines(found: "Preview", *, errors: bool = True) -> Iterator[str]:
    """Yield a preview for a person; of the changes the first twenty.

    Args:
        found: The preview.
        errors: As of `lines`.
    """
    fates = found.fates
    would = ", ".join(f"{getattr(fates, name):,} would be {name}" for name in FATES)
    yield f"{found.file}: {fates.rows:,} rows: {would}"
    for one in found.changes[:_SHOWN]:
        before = "never counted" if one.left is None else f"{one.left:,} left"
        yield f"  store {one.store_id}, {one.item_id}: {before} -> {one.pieces:,}"
    if len(found.changes) > _SHOWN:
        yield f"  ... and {len(found.changes) - _SHOWN:,} more: --json lists all"
    if found.error is not None and errors:
        yield f"  error: {found.error.message}; {found.error.hint}"
    for problem in fates.refusals[:_SHOWN]:
        column = f"{problem.column}: " if problem.column else ""
        yield f"    {found.file}:{problem.line}: {column}{problem.reason}"
    if fates.refused > _SHOWN:
        yield f"  ... and {fates.refused - _SHOWN:,} more refused: --json lists up to 1,000"
