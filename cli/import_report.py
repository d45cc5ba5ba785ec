"""What `carte import` prints of an import of rows, and the exit code that it ends with."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.options import INTERRUPTED, print_json, writing
from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    from typing import NoReturn

    from dataload.importing.report import ImportReport


def tell(report: "ImportReport", refused: Path | None, *, as_json: bool) -> None:
    """Report an import, write its refused rows, and end as the rows demand.

    Raises:
        typer.Exit: It was interrupted, or rows were refused.
    """
    from dataload.importing.report import write_refused

    show(report, as_json=as_json)
    # An import that was interrupted while it read knows of no row, and an earlier one may have.
    if refused is not None and (report.files or not report.interrupted):
        with writing(refused, "--refused"):
            rows = write_refused(refused, report.files)
        if not as_json:
            print(f"{rows:,} refused rows written to {refused}")
    if report.interrupted:
        raise typer.Exit(INTERRUPTED)
    if not report.good:
        raise typer.Exit(1)


def tell_of_failure(
    report: "ImportReport", failure: CarteError, refused: Path | None, *, as_json: bool
) -> "NoReturn":
    """Report an import that ended at a file: what was imported before, and why it ended.

    Raises:
        CarteError: The region does not answer, a file after others cannot be used, or something
            else failed.
        UnusableInputError: The first file cannot be used.
    """
    from dataload.importing.problems import FileRefusedError
    from dataload.importing.report import write_refused

    file = failure if isinstance(failure, FileRefusedError) else None
    if report.files:
        if file is None:
            report.notes.append(
                "the import ended early: the documents that are counted were written, others may "
                "not have been; run the same again"
            )
        show(report, as_json=as_json)
        if refused is not None:
            with writing(refused, "--refused"):
                write_refused(refused, report.files)
    if file is None:
        raise failure
    if not report.files:
        refuse_file(file.file, file.reason, file.hint, as_json=as_json)
    done = ", ".join(one.file for one in report.files)
    verb = "would be imported" if report.dry_run else "was imported"
    raise CarteError(
        f"{file.file}: {file.reason}",
        f"{file.hint}; nothing of it was written, and what is reported above of {done} {verb}",
    )


def show(report: "ImportReport", *, as_json: bool) -> None:
    """Print what became of each file."""
    from dataload.importing.report import lines

    if as_json:
        print_json(report.to_json())
    else:
        print("\n".join(lines(report)))


def refuse_file(file: str, reason: str, hint: str, *, as_json: bool) -> "NoReturn":
    """Say why a file cannot be used at all, where nothing was written.

    Raises:
        UnusableInputError: Always.
    """
    if as_json:
        print_json({"refusedFile": {"file": file, "reason": reason, "hint": hint}})
    raise UnusableInputError(f"{file}: {reason}", f"{hint}; nothing was written")
