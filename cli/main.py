"""Entry point of `carte`. To add a command: write `cli/<name>.py`, list it here.

The file holds a function `command`, whose docstring is the help and whose parameters are Typer
options, and `EXAMPLES`, the lines shown below its help. Where a command has commands of its own,
the file holds a `typer.Typer` named `app` instead, and the file's own docstring is the help.
A call imports only the file of its command, `carte --help` none: it reads their first sentences.
"""

import ast
import importlib
import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from services.domain.errors import CarteError

# Command name -> module below cli, in the order of `carte --help`.
COMMANDS: Final = {
    "up": "up",
    "down": "down",
    "status": "status",
    "freeze": "freeze",
    "thaw": "thaw",
    "fault": "fault",
    "repair": "repair",
    "seed": "seed",
    "import": "import_csv",
    "query": "query",
    "token": "token",
    "check": "check",
    "drill": "drill",
    "bench": "bench",
    "load": "load",
    "cost": "cost",
    "capacity": "capacity",
    "deploy": "deploy",
    "schema": "schema",
}


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line application with these commands, imported."""
    app = _empty()
    for name in names:
        module = importlib.import_module(f"cli.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name, epilog=_epilog(module.EXAMPLES))(module.command)
    return app


def overview() -> typer.Typer:
    """The application as its help shows it: every command with its sentence, none imported."""
    app = _empty()
    for name, module in COMMANDS.items():
        app.command(name, help=_sentence(Path(__file__).with_name(f"{module}.py")))(_stand_in())
    return app


def main() -> None:
    """Run the command line and exit: 0 on success, 1 on a failure, 2 on wrong usage."""
    try:
        _called(sys.argv[1:])(prog_name="carte")
    except CarteError as error:
        sys.exit(_explain(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _called(arguments: Sequence[str]) -> typer.Typer:
    """What has to be imported for these arguments, and no more."""
    if any(name.endswith("_CARTE_COMPLETE") for name in os.environ):
        return application()
    if arguments and arguments[0] in COMMANDS:
        return application(arguments[:1])
    return overview()


def _empty() -> typer.Typer:
    app = typer.Typer(
        name="carte",
        help="Menus of a restaurant chain from several regions: run it, load it, test it.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,  # plain help needs no rich, and starts twice as fast
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    return app


def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=lambda v: _print_version(show=v))
    ] = False,
) -> None:
    """Options of `carte` itself."""


def _print_version(*, show: bool) -> None:
    if show:
        print(f"carte {importlib.metadata.version('carte')}")
        raise typer.Exit


def _stand_in() -> Callable[[], None]:
    def command() -> None:
        """Stand for a command that is not imported."""

    return command


def _sentence(source: Path) -> str:
    """The first line of the docstring of `command` in a file, or of the file itself."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "command":
            return (ast.get_docstring(node) or "").partition("\n")[0]
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def _epilog(examples: Sequence[str]) -> str:
    lines = "\n".join(f"  {example}" for example in examples)
    return f"\b\nExample{'s' if len(examples) > 1 else ''}:\n{lines}"


def _explain(error: CarteError) -> int:
    print(f"error: {error.message}", file=sys.stderr)
    for line in error.detail.splitlines():
        print(f"  | {line}", file=sys.stderr)
    if error.hint:
        print(f"next:  {error.hint}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    main()
