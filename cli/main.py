"""Entry point of `carte`. To add a command: write `cli/<name>.py`, list it in `COMMANDS`.

The file holds a function `command`, whose docstring is the help and whose parameters are Typer
options, and `EXAMPLES`, the lines shown below its help. A command with subcommands is a file with a
`typer.Typer` named `app` instead, and the file's docstring is its help. The first line of the help
fits one line of `carte --help`; every option says its unit or its choices.

A call imports only the file of its command. `carte --help` imports none of them: it reads the first
lines from their sources.
"""

import ast
import importlib
import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cli.answers import one_object, wants_json
from cli.errors import FAILED, INTERRUPTED, exit_code
from cli.interrupts import keep_interrupts
from services.domain.errors import CarteError, UnusableInputError

if TYPE_CHECKING:
    from cli.answers import Answer

# Command name -> module below cli, in the order of `carte --help`.
COMMANDS: Final = {
    "up": "up",
    "down": "down",
    "status": "status",
    "freeze": "freeze",
    "thaw": "thaw",
    "fault": "fault",
    "drain": "drain",
    "repair": "repair",
    "reconcile": "reconcile",
    "seed": "seed",
    "import": "import_csv",
    "export": "export_csv",
    "sitemap": "sitemap",
    "query": "query",
    "order": "order",
    "token": "token",
    "people": "people",
    "audit": "audit",
    "check": "check",
    "drill": "drill",
    "bench": "bench",
    "load": "load",
    "cost": "cost",
    "capacity": "capacity",
    "deploy": "deploy",
    "schema": "schema",
}


# A command that has more of them, or a narrower sense, says so in its own help.
_EXIT_CODES: Final = """\b
Exit codes:
  0    done, and good where something was judged
  1    failed, or judged bad; stderr says what, and what to do
  2    wrong usage
  130  interrupted
The help of a command names those that mean more there."""


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the application with these commands; imports their modules."""
    app = _empty()
    for name in names:
        module = importlib.import_module(f"cli.{COMMANDS[name]}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name, epilog=_epilog(module.EXAMPLES))(module.command)
    return app


def overview() -> typer.Typer:
    """Return the application for `carte --help`: all commands, no module imported."""
    app = _empty()
    for name, module in COMMANDS.items():
        app.command(name, help=_sentence(Path(__file__).with_name(f"{module}.py")))(_stand_in())
    return app


def main() -> None:
    """Run the command line and exit: 0 on success, 1 on a failure, 2 on wrong usage."""
    arguments = sys.argv[1:]
    keep_interrupts()
    try:
        with one_object(held=wants_json(arguments)) as answer:
            code = _ended(arguments, answer)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has enough, such as `head`
        _drop_output()
        code = FAILED
    except KeyboardInterrupt:  # while the answer was printed, such as to a pager
        _drop_output()
        code = INTERRUPTED
    sys.exit(code)


def _drop_output() -> None:
    """Drop what is not printed yet, which would fail or wait again while the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ended(arguments: Sequence[str], answer: "Answer") -> int:
    """Run a command and return its exit code; what it fails for is explained, and noted."""
    try:
        _refuse_blank(arguments)
        code = _called(arguments)(arguments, prog_name="carte", standalone_mode=False)
    except CarteError as error:
        code = exit_code(error)
        _explain(error)
        answer.fail(code, error.message, error.hint, error.detail)
    except typer.TyperException as error:
        code = error.exit_code
        answer.fail(code, *_explain_usage(error, arguments))
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
        answer.fail(code, "interrupted")
    return int(code or 0)


def _refuse_blank(arguments: Sequence[str]) -> None:
    """Refuse an argument without content, which means the current folder, or nothing, or anything.

    Raises:
        UnusableInputError: One has none, as of a variable of the shell that is not set.
    """
    for at, one in enumerate(arguments):
        if not one.strip():
            # Never by what stands before it otherwise: that may be a token.
            named = at and arguments[at - 1].startswith("-") and "=" not in arguments[at - 1]
            where = f"the argument after {arguments[at - 1]}" if named else f"argument {at + 1}"
            command = " ".join(["carte", *_command_words(arguments)])
            raise UnusableInputError(
                f"{where} is empty",
                f"give a value, or leave it out; `{command} --help` shows what it takes",
            )


def _called(arguments: Sequence[str]) -> typer.Typer:
    """Return the application for these arguments; imports only what they need."""
    if any(name.endswith("_CARTE_COMPLETE") for name in os.environ):
        return application()
    if arguments and arguments[0] in COMMANDS:
        return application(arguments[:1])
    return overview()


def _empty() -> typer.Typer:
    app = typer.Typer(
        name="carte",
        help="Menus of a restaurant chain from several regions: run it, load it, test it.",
        epilog=_EXIT_CODES,
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
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda v: _print_version(show=v),
            help="Print the version and exit.",
        ),
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
    """Return the first line of the docstring of a file's `command`, or of the file itself."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "command":
            return (ast.get_docstring(node) or "").partition("\n")[0]
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def _epilog(examples: Sequence[str]) -> str:
    lines = "\n".join(f"  {example}" for example in examples)
    return f"\b\nExample{'s' if len(examples) > 1 else ''}:\n{lines}"


def _explain(error: CarteError) -> None:
    print(f"error: {error.message}", file=sys.stderr)
    for line in error.detail.splitlines():
        print(f"  | {line}", file=sys.stderr)
    if error.hint:
        print(f"next:  {error.hint}", file=sys.stderr)


def _explain_usage(error: typer.TyperException, arguments: Sequence[str]) -> tuple[str, str]:
    """Print what is wrong with the arguments and what to do next; return both."""
    message = error.format_message()
    command = " ".join(["carte", *_command_words(arguments)])
    hint = f"`{command} --help` shows what it takes"
    if message.startswith("Usage:"):  # no argument at all: the message is the help
        print(message, file=sys.stderr)
        return "an argument is missing", hint
    param = getattr(error, "param", None)
    described = str(getattr(param, "help", None) or "").rstrip(".")
    if described and message.startswith(("Missing", "Invalid value")):
        hint = f"{getattr(param, 'metavar', None) or 'it'}: {described}; {hint}"
    print(f"error: {message}\nnext:  {hint}", file=sys.stderr)
    return message, hint


def _command_words(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that name the command, and its subcommand if it has some."""
    if not arguments or arguments[0] not in COMMANDS:
        return []
    module = importlib.import_module(f"cli.{COMMANDS[arguments[0]]}")
    known = _subcommands(module.app) if hasattr(module, "app") else set()
    return [arguments[0], *(word for word in arguments[1:2] if word in known)]


def _subcommands(app: typer.Typer) -> set[str]:
    """Return the names of an application's commands, those that functions name by theirs too."""
    return {
        one.name or str(getattr(one.callback, "__name__", "")).replace("_", "-")
        for one in app.registered_commands
    }


if __name__ == "__main__":
    main()
