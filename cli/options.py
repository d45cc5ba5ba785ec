"""Options that several commands share, and the cloud that they name."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from cli.answers import print_json
from cli.errors import INTERRUPTED
from localcloud.exceptions import NotRunningError
from localcloud.layout import DEFAULT_PORT, CloudLayout, default_state_dir
from localcloud.state_file import load_layout
from services.domain.errors import CarteError, UnknownNameError

if TYPE_CHECKING:
    from services.domain.people.roles import Grant

PortOption = Annotated[
    int,
    typer.Option(
        "--port",
        min=1,
        max=65535,
        envvar="CARTE_PORT",
        metavar="PORT",
        help="TCP port of the local cloud's edge. Each cloud of this machine has its own.",
    ),
]
StateDirOption = Annotated[
    Path | None,
    typer.Option(
        "--state-dir",
        metavar="FOLDER",
        help="Folder of the local cloud's data and logs.",
        show_default=".carte/PORT in the repository",
    ),
]
SCENARIO_HELP: Final = (
    "Traffic to assume: pilot, national, global, or the path of a TOML file like "
    "loadtests/cost/scenarios/global.toml."
)
PERSON_HELP: Final = (
    "Id of the person: the `sub` of the person's tokens. `carte people accounts` lists those of a "
    "local cloud, the user pool's list of users those of AWS (Cognito's attribute `sub`), and "
    "`carte people list` everyone whose roles were edited."
)
WHO: Final = (
    "a person is named by the `sub` of the tokens, not by a name or mail address: "
    "`carte people accounts` lists those of a local cloud, the list of users of the user pool "
    "(Cognito's attribute `sub`) those of AWS"
)
_EXAMPLE: Final = "menus.example.com"
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]

__all__ = [
    "DEFAULT_PORT",
    "INTERRUPTED",
    "PERSON_HELP",
    "SCENARIO_HELP",
    "WHO",
    "JsonOption",
    "PortOption",
    "StateDirOption",
    "address",
    "addresses",
    "finite",
    "parsed_role",
    "print_json",
    "the_cloud",
    "writing",
]


def address(value: str | None) -> str | None:
    """Check the address that `--url` names, before anything is sent there.

    Raises:
        typer.BadParameter: It is no address of HTTP.
    """
    if value is not None:
        try:
            parts = urlsplit(value)
            good = parts.scheme in {"http", "https"} and bool(parts.hostname)
            _ = parts.port
        except ValueError:
            good = False
        if not good:
            raise typer.BadParameter(f"{value} is no address; give one like https://{_EXAMPLE}")
    return value


def addresses(values: list[str] | None) -> list[str] | None:
    """Check the addresses that `--url` names; raises as `address` does."""
    for one in values or ():
        address(one)
    return values


def finite(value: float | None) -> float | None:
    """Check a number that an option gives: `nan` is within any bounds, and `inf` within most.

    Raises:
        typer.BadParameter: It is no number, or infinite.
    """
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no number to work with; give a finite one, such as 2")
    return value


def the_cloud(port: int, state_dir: Path | None) -> CloudLayout:
    """Return the cloud that `--port` and `--state-dir` name, running or not.

    Raises:
        NotRunningError: No cloud was ever started there.
    """
    layout = load_layout(state_dir or default_state_dir(port))
    if layout is None:
        raise NotRunningError(
            f"there is no cloud at port {port}", f"start one with `carte up --port {port}`"
        )
    return layout


def parsed_role(text: str) -> "Grant":
    """Return the role that an option or argument names.

    Raises:
        UnknownNameError: It is no role.
    """
    from services.domain.people.roles import FORMS, grant_of

    found = grant_of(text)
    if found is None:
        raise UnknownNameError("role", text, FORMS)
    return found


@contextmanager
def writing(path: Path, option: str) -> Iterator[None]:
    """Turn a failure to write the file that an option names into an error with a next step.

    Raises:
        CarteError: The file cannot be written; nobody has to read a traceback for it.
    """
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of the standard output has closed it
    except OSError as error:
        reason = error.strerror or str(error)
        raise CarteError(
            f"{path} cannot be written: {reason}", f"name a file in an existing folder by {option}"
        ) from error
