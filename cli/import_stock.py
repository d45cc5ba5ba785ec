"""Stock counts of `carte import stock`: uploaded to a site, or compared with a region's table."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli import upload_reports, uploading
from cli.options import INTERRUPTED, print_json, the_cloud
from cli.uploading import StaffApi
from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    from services.storage.binding import Binding


def staff_api(url: str | None, token: str | None, port: int, state_dir: Path | None) -> StaffApi:
    """Return where counts are uploaded to: a site and its token, else the local cloud.

    Raises:
        UnusableInputError: A site was named without a token.
        CarteError: There is no local cloud.
    """
    if url is not None:
        if token is None:
            raise UnusableInputError(
                "--url needs --token", "give a token with the role chain:admin"
            )
        return StaffApi(url, token)
    from localcloud.issuer import this_machines

    site = the_cloud(port, state_dir).edge_url
    return StaffApi(site, token or this_machines().token(["chain:admin"]))


def preview_stock(
    files: Sequence[Path], store: str | None, target: "Binding", *, as_json: bool
) -> None:
    """Print what an upload of these files would change in a region's table.

    Raises:
        CarteError: The region cannot be used or reached.
        UnusableInputError: No file can be used.
        typer.Exit: A row or a file would be refused.
    """
    from dataload.importing.stock import preview
    from dataload.progress import Bars
    from dataload.reaching import check_region, reaching
    from services.domain.stock_files.columns import ColumnNames
    from services.storage.table import Table

    check_region(target)
    table, names = Table(target), ColumnNames()
    wanted = list(uploading.files_of(files))
    with reaching(target), Bars(visible=not as_json) as progress:
        found = [
            preview(table, path, store, names)
            for path in progress.track(wanted, "reading", len(wanted))
        ]
    failure = None
    if all(one.error and not (one.fates.loaded or one.fates.unknown) for one in found):
        failure = upload_reports.none_usable(
            [
                UnusableInputError(f"{one.file}: {one.error.message}", one.error.hint)
                for one in found
                if one.error is not None
            ],
            reported=not as_json,
        )
    if as_json:
        print_json({"dryRun": True, "files": [upload_reports.preview_json(one) for one in found]})
    else:
        errors = _report_has_reasons(failure, found)
        parts = (line for one in found for line in upload_reports.preview_lines(one, errors=errors))
        print("\n".join(parts))
    if failure is not None:
        raise failure
    if any(one.fates.refused or one.error for one in found):
        raise typer.Exit(1)


def import_stock(files: Sequence[Path], store: str | None, api: StaffApi, *, as_json: bool) -> None:
    """Upload files of counts, and print what became of their rows.

    Raises:
        UnusableInputError: A path names no file; or no file can be used: the report of all is
            printed before.
        CarteError: Files were not uploaded, or not seen to be loaded: likewise.
        typer.Exit: A row or a file was refused.
    """
    from dataload.progress import Bars

    wanted = list(uploading.files_of(files))
    with Bars(visible=not as_json) as progress:
        done = uploading.upload_all(api, wanted, store, progress)
    failure = None if done.interrupted else _failure(done, len(wanted), reported=not as_json)
    if as_json:
        print_json({"files": done.reports})
    else:
        errors = _report_has_reasons(failure, done.reports)
        print("\n".join(upload_reports.lines(done.reports, errors=errors)))
    if done.interrupted:
        raise typer.Exit(INTERRUPTED)
    if failure is not None:
        raise failure
    if any(one["refused"] or one["error"] for one in done.reports):
        raise typer.Exit(1)


def _failure(done: uploading.Uploads, files: int, *, reported: bool) -> CarteError | None:
    """Return the error with which the command ends; None: it ends without one."""
    if refused := upload_reports.unusable(done):
        return upload_reports.none_usable(refused, reported=reported)
    if done.failures:
        return upload_reports.joined(done.failures, files, reported=reported)
    return None


def _report_has_reasons(failure: CarteError | None, files: Sequence[object]) -> bool:
    """Return whether the report says why files failed: the error of one file says it by itself."""
    return failure is None or len(files) > 1
