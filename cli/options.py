"""Options that several commands share, and the cloud that they name."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from localcloud.exceptions import NotRunningError
from localcloud.layout import DEFAULT_PORT, CloudLayout, default_state_dir, load_layout

PortOption = Annotated[
    int,
    typer.Option(
        "--port",
        min=1,
        max=65535,
        envvar="CARTE_PORT",
        help="Port of the cloud's edge; tells clouds of one machine apart.",
    ),
]
StateDirOption = Annotated[
    Path | None,
    typer.Option(
        "--state-dir",
        help="Folder of the cloud's data and logs.",
        show_default=".carte/PORT in the repository",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]

__all__ = ["DEFAULT_PORT", "JsonOption", "PortOption", "StateDirOption", "print_json", "the_cloud"]


def the_cloud(port: int, state_dir: Path | None) -> CloudLayout:
    """The cloud that `--port` and `--state-dir` name, running or not.

    Raises:
        NotRunningError: No cloud was ever started there.
    """
    layout = load_layout(state_dir or default_state_dir(port))
    if layout is None:
        raise NotRunningError(
            f"there is no cloud at port {port}", f"start one with `carte up --port {port}`"
        )
    return layout


def print_json(answer: Any) -> None:
    """Print the answer for a program: one JSON object on stdout, nothing else."""
    print(json.dumps(answer, ensure_ascii=False, indent=2))
