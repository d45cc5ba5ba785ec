"""Compare GraphQL schemas for changes that break clients."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.options import JsonOption, print_json

_OPERATIONS: Final = Path(__file__).parents[1] / "graphql_schema" / "operations"
_EXAMPLE: Final = """\b
Example:
  git show main:graphql_schema/schema.graphql > old.graphql
  carte schema diff old.graphql graphql_schema/schema.graphql"""

app = typer.Typer(no_args_is_help=True, help=__doc__, epilog=_EXAMPLE, rich_markup_mode=None)


@app.callback()
def _schema() -> None:  # a group of one command would otherwise be that command itself
    """Compare GraphQL schemas for changes that break clients."""


@app.command("diff", epilog=_EXAMPLE)
def diff(
    old: Annotated[
        Path,
        typer.Argument(metavar="OLD", help="SDL file of the schema that clients use now."),
    ],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="SDL file of the changed schema.")],
    operations: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER",
            help="Folder of *.graphql operations that must stay valid.",
            show_default="graphql_schema/operations",
        ),
    ] = _OPERATIONS,
    as_json: JsonOption = False,
) -> None:
    """Compare two schemas; exit with 1 if a client could break."""
    from graphql_schema.changes import compare, read_schema

    found = compare(read_schema(old), read_schema(new), sorted(operations.glob("*.graphql")))
    if as_json:
        print_json(asdict(found))
    else:
        for change in found.breaking:
            print(f"breaks    {change.text}" + (f" ({change.meaning})" if change.meaning else ""))
        for change in found.dangerous:
            print(f"look at   {change.text}")
        print(f"{len(found.breaking)} breaking, {len(found.dangerous)} to look at")
        if found.breaking:
            print("next: keep the old field beside the new one, deprecate it, remove it later")
    if found.breaking:
        raise typer.Exit(1)
