"""`carte export`: stores, catalogs, assortments and stock as CSV files that import reads."""

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.options import DEFAULT_PORT, JsonOption, PortOption, StateDirOption, print_json, writing
from cli.target import PRIMARY, ReadAwsOption, ReadRegionOption, TableOption, binding
from services.domain.errors import UnknownNameError

EXAMPLES: Final = (
    "carte export stores stores.csv",
    "carte export catalog catalog-de.csv --market de",
    "carte export stock - --market us | head",
)


class Kind(Enum):
    """The kinds of files that can be exported."""

    STORES = "stores"
    CATALOG = "catalog"
    ASSORTMENTS = "assortments"
    STOCK = "stock"


def command(
    kind: Annotated[
        Kind,
        typer.Argument(metavar="KIND", help="What to export: stores, catalog, assortments, stock."),
    ],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write; - is the standard output.")
    ],
    *,
    market: Annotated[
        str | None,
        typer.Option("--market", metavar="MARKET", help="Only this market, such as de."),
    ] = None,
    region: ReadRegionOption = PRIMARY,
    aws: ReadAwsOption = False,
    table_name: TableOption = None,
    port: PortOption = DEFAULT_PORT,
    state_dir: StateDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Export stores, catalogs, assortments or stock to CSV.

    `carte import` reads the file. It can be edited in a spreadsheet and imported again: what was
    not edited stays as it is. Catalogs are the drafts, also those that are not published. Stock is
    what was counted and when, not what is left; for a new count, write the pieces and empty
    counted_at. Each field stands in quotes, so that a spreadsheet that imports quoted fields as
    text keeps leading zeros.
    """
    from dataload.exporting.writing import export
    from dataload.importing.sheet import STDIN
    from dataload.progress import Bars
    from dataload.reaching import check_region, reaching
    from services.domain.markets import MARKETS
    from services.storage.table import Table

    if as_json and file == STDIN:
        raise typer.BadParameter(
            "--json and FILE - both print on the standard output; leave --json out, or name a file"
        )
    if market is not None and market not in MARKETS:
        raise UnknownNameError("market", market, MARKETS)
    target = binding(region, port=port, state_dir=state_dir, aws=aws, table=table_name)
    check_region(target)
    warnings: list[str] = []
    with (
        reaching(target),
        writing(file, "FILE"),
        Bars(visible=not as_json and file != STDIN) as progress,
    ):
        count = export(Table(target), kind.value, market, file, progress, warnings.append)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if file == STDIN:
        return
    if as_json:
        print_json({"file": str(file), "rows": count, "warnings": warnings})
    else:
        print(f"{count:,} rows written to {file}")
