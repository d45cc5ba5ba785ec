"""`carte import`: stores, catalogs, assortments and stock counts from CSV files."""

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from cli.import_report import refuse_file, show, tell, tell_of_failure
from cli.options import (
    DEFAULT_PORT,
    JsonOption,
    PortOption,
    StateDirOption,
    address,
    writing,
)
from cli.store_list import forget_seeding, list_local_stores
from cli.target import PRIMARY, AwsOption, RegionOption, TableOption, binding
from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dataload.importing.report import ImportReport
    from dataload.importing.sheet import Sheet
    from dataload.progress import Progress
    from services.storage.binding import Binding

EXAMPLES: Final = (
    "carte import stores shops.csv --set market=us,country=US \\",
    "  --map id=shopid,name=shopname,street=street_address,postal_code=zipcode",
    "carte import assortments prices.csv --dry-run --refused refused.csv",
    "carte import catalog spring.csv --region eu-west-1 --no-publish",
    "carte import stock counts/ --store de-00001",
)


class Kind(Enum):
    """The kinds of files that can be imported."""

    STORES = "stores"
    CATALOG = "catalog"
    ASSORTMENTS = "assortments"
    STOCK = "stock"


_SHEETS: Final = frozenset({"--map", "--set", "--refused", "--id-prefix"})
_PLACE: Final = frozenset({"--region", "--aws", "--table"})
# The options that each kind takes, beside those that all take.
_FOR: Final = {
    Kind.STORES: _SHEETS | _PLACE | {"--replace"},
    Kind.CATALOG: _SHEETS | _PLACE | {"--no-publish", "--publish-drafts", "--publish-partial"},
    Kind.ASSORTMENTS: _SHEETS | _PLACE,
    Kind.STOCK: _PLACE | {"--store", "--url", "--token"},
}


class _Effects(NamedTuple):
    """What an import may do besides writing the good rows.

    Attributes:
        replace: Whether a row may change name and place of a store at once.
        publish: Whether the touched markets are published.
        drafts: Whether they are, although guests would see drafts that are in no file.
        partial: Whether they are, although rows of them were refused.
    """

    replace: bool
    publish: bool
    drafts: bool
    partial: bool


def command(
    kind: Annotated[
        Kind,
        typer.Argument(
            metavar="KIND",
            help="What the files hold: stores, catalog, assortments or stock; see above.",
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="CSV files, one after the other; - is stdin."),
    ],
    *,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=HEADER,...",
            help="Headers of columns that the file names differently, such as name=shopname; "
            "street=road+number joins two; repeatable.",
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="COLUMN=VALUE,...",
            help="Values of columns that are the same in all rows, such as market=us; repeatable.",
        ),
    ] = None,
    region: RegionOption = PRIMARY,
    aws: AwsOption = False,
    table_name: TableOption = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Report what would be written and refused; write nothing."),
    ] = False,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help="Accept rows that change both name and place of a store: another store under a "
            "reused id.",
        ),
    ] = False,
    id_prefix: Annotated[
        str,
        typer.Option(
            "--id-prefix",
            metavar="TEXT",
            help="Text to put before every store id, so that stores of two brands differ.",
        ),
    ] = "",
    no_publish: Annotated[
        bool,
        typer.Option(
            "--no-publish", help="Keep a catalog's items as drafts that menus do not show."
        ),
    ] = False,
    publish_drafts: Annotated[
        bool,
        typer.Option(
            "--publish-drafts",
            help="Publish a catalog also where that shows drafts which are in no file.",
        ),
    ] = False,
    publish_partial: Annotated[
        bool,
        typer.Option(
            "--publish-partial",
            help="Publish a catalog also where rows of its files were refused: without them.",
        ),
    ] = False,
    refused: Annotated[
        Path | None,
        typer.Option(
            "--refused",
            metavar="FILE",
            help="Write the refused rows, each with its reason, to this CSV file.",
        ),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="STORE",
            help="Only with stock: id of the only store that the files may count.",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            callback=address,
            metavar="URL",
            help="Only with stock: the site, instead of the local cloud's.",
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="TOKEN", help="Only with stock: the staff token to send."),
    ] = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import stores, catalogs, assortments or stock from CSV.

    Files have a header row, are separated by comma, semicolon, tab or |, in UTF-8, UTF-16,
    Windows-1252 or Shift-JIS, and may be compressed by gzip (docs/files.md); - is the standard
    input. Good rows are loaded, bad ones refused with file, line, column and reason. Running it
    again changes nothing. Columns marked * must be there, be mapped or be set; others are optional.
    What a file does not give, existing stores and items keep: an empty cell is no change. All files
    of an import of stores, catalogs or assortments have 400,000 rows together at most.

    stores: id* name* market* city* latitude* longitude* street state postal_code time_zone hours
    country closed_days closed_from hidden. A missing time zone is derived from the coordinates,
    missing hours are the market's. closed_days are closed besides those that are closed already
    (2026-12-24;2026-12-25), from closed_from on the store is closed for good, and none takes either
    back; none also empties street, state and postal_code. A hidden store is in no list. A row that
    changes name and place of a store at once is refused unless --replace is given.

    catalog: id* market* category name price allergens category_name description diet calories
    standard dayparts image_url rank withdrawn; texts per language as name_fr, description_fr,
    category_name_fr. A new item needs category, name, price and allergens. The plain text is in
    the market's language, prices in its currency (2.49), allergens and dayparts separated by ; or
    |, none where there are none. The diet is vegetarian, vegan or none (nothing is stated); it is
    never derived. The touched markets are published, except those of which rows were refused
    (unless --publish-partial is given), and those where guests would see drafts which are in no
    file (unless --publish-drafts is given).

    assortments: store* item* price (catalog: the catalog's again) listed rank. The first row of a
    store that sold the standard range leaves the rest of that range on sale.

    stock: store* item* pieces* counted_at market. Files, or all files of a folder, are uploaded as
    staff do it in the site, and loaded by the region that takes them. What carte does not know is
    kept: the count holds once there is a store or an item of that id or name. Needs --url and
    --token where it is not the local cloud's.

    Exit code: 0 all rows are good or repeat earlier ones; 1 some rows were refused, or, with an
    error: line, the region cannot be used or reached, --refused cannot be written, or a file cannot
    be used after others were imported, which are reported; 2 a file or an option cannot be used (of
    files of stock: none can) and nothing was written; 130 interrupted: the report counts what was
    written until then.
    """
    _refuse_options(
        {
            "--map": maps,
            "--set": sets,
            "--refused": refused,
            "--id-prefix": id_prefix,
            "--replace": replace,
            "--no-publish": no_publish,
            "--publish-drafts": publish_drafts,
            "--publish-partial": publish_partial,
            "--store": store,
            "--url": url,
            "--token": token,
            "--region": region != PRIMARY,
            "--aws": aws,
            "--table": table_name,
        },
        kind,
        dry_run=dry_run,
    )
    if kind is Kind.STOCK and not dry_run:
        from cli.import_stock import import_stock, staff_api

        import_stock(files, store, staff_api(url, token, port, state_dir), as_json=as_json)
        return
    target = binding(region, port=port, state_dir=state_dir, aws=aws, table=table_name)
    if kind is Kind.STOCK:
        from cli.import_stock import preview_stock

        preview_stock(files, store, target, as_json=as_json)
        return
    if refused is not None and refused.resolve() in {path.resolve() for path in files}:
        raise UnusableInputError(
            f"--refused {refused} would overwrite an input file", "name another"
        )
    sheets = _sheets_of(kind, files, maps or [], sets or [], id_prefix, as_json=as_json)
    if refused is not None:
        with writing(refused, "--refused"), refused.open("a"):
            pass  # found out before anything is imported, not after
    report, failure = _loaded(
        kind,
        sheets,
        target,
        _Effects(replace, not no_publish, publish_drafts, publish_partial),
        dry_run=dry_run,
        as_json=as_json,
    )
    try:
        if failure is not None:
            tell_of_failure(report, failure, refused, as_json=as_json)
        tell(report, refused, as_json=as_json)
    finally:
        # After the report, which must not be lost where the list cannot be refreshed.
        if kind is Kind.STORES and report.files and not (aws or dry_run):
            if any(file.good for file in report.files):
                forget_seeding(port, state_dir)
            _refresh_list(target, port, state_dir)


def _sheets_of(
    kind: Kind,
    files: "Sequence[Path]",
    maps: "Sequence[str]",
    sets: "Sequence[str]",
    id_prefix: str,
    *,
    as_json: bool,
) -> "list[Sheet]":
    from dataload.importing.columns import UsageError
    from dataload.importing.problems import FileRefusedError

    try:
        return _sheets(kind, files, maps, sets, id_prefix)
    except UsageError as error:
        raise typer.BadParameter(str(error)) from error
    except FileRefusedError as error:
        refuse_file(error.file, error.reason, error.hint, as_json=as_json)


def _refuse_options(options: "Mapping[str, object]", kind: Kind, *, dry_run: bool) -> None:
    """Refuse options that mean nothing for these files, rather than to leave them out silently.

    Raises:
        typer.BadParameter: One was given.
    """
    wrong = [name for name, value in options.items() if value and name not in _FOR[kind]]
    if wrong:
        hint = "; the columns of stock are in docs/files.md" if kind is Kind.STOCK else ""
        raise typer.BadParameter(f"{', '.join(wrong)} means nothing for {kind.value}{hint}")
    if kind is not Kind.STOCK:
        return
    if dry_run and (options["--url"] or options["--token"]):
        raise typer.BadParameter(
            "--url and --token are for uploads; --dry-run compares with the table of --region, or "
            "of --aws --region"
        )
    if not dry_run and (options["--aws"] or options["--region"] or options["--table"]):
        raise typer.BadParameter(
            "stock is uploaded to a site, whose nearest region takes it: name a deployed site by "
            "--url and --token; --region, --aws and --table are for --dry-run"
        )


def _loaded(
    kind: Kind,
    sheets: "Sequence[Sheet]",
    target: "Binding",
    effects: _Effects,
    *,
    dry_run: bool,
    as_json: bool,
) -> "tuple[ImportReport, CarteError | None]":
    """Import the files; return the report, and what ended the import before its end."""
    from dataload.importing.report import ImportReport

    report = ImportReport(target.region, dry_run, [])
    try:
        _load(kind, sheets, target, report, effects, bars=not as_json)
    except CarteError as error:
        return report, error
    except KeyboardInterrupt:
        report.interrupted = True
    except Exception:
        if report.files:  # what was written is known, whatever fault of carte's follows
            show(report, as_json=as_json)
        raise
    return report, None


def _refresh_list(target: "Binding", port: int, state_dir: Path | None) -> None:
    """Write the local cloud's list of stores anew; where that fails, say so and go on."""
    from dataload.reaching import check_region

    try:
        check_region(target)
        list_local_stores(target, port, state_dir)
    except (CarteError, OSError) as error:
        print(
            f"warning: the site's list of stores was not refreshed: {error}\n"
            "next:  run the same import again once the region answers",
            file=sys.stderr,
        )


def _sheets(
    kind: Kind,
    files: "Sequence[Path]",
    maps: "Sequence[str]",
    sets: "Sequence[str]",
    id_prefix: str,
) -> "list[Sheet]":
    from dataload.importing import assortments, catalog, stores
    from dataload.importing.columns import column_options
    from dataload.importing.sheet import open_sheets

    modules = {Kind.STORES: stores, Kind.CATALOG: catalog, Kind.ASSORTMENTS: assortments}
    columns = modules[kind].COLUMNS
    options = column_options(columns, maps, sets, id_prefix)
    return open_sheets(files, columns, options)


def _load(
    kind: Kind,
    sheets: "Sequence[Sheet]",
    target: "Binding",
    report: "ImportReport",
    effects: _Effects,
    *,
    bars: bool,
) -> None:
    from dataload.importing import loading, loading_catalogs
    from dataload.progress import Bars
    from dataload.reaching import check_region, reaching
    from services.storage.table import Table

    check_region(target)
    table = Table(target)
    with reaching(target), Bars(visible=bars) as progress:
        shown: Progress = progress
        if kind is Kind.STORES:
            loading.import_stores(table, sheets, shown, report, replace=effects.replace)
        elif kind is Kind.ASSORTMENTS:
            loading.import_assortments(table, sheets, shown, report)
        else:
            loading_catalogs.import_catalog(
                table,
                sheets,
                shown,
                report,
                publish=effects.publish,
                with_drafts=effects.drafts,
                partial_files=effects.partial,
            )
