"""Run one-off commands of the start-up and wait for their end: packaging, synthesis, seeding."""

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from localcloud import artifacts
from localcloud.exceptions import StartError
from localcloud.layout import REPO_ROOT, CloudLayout
from localcloud.processes import base_environment, ending_with_us

_TAIL: Final = 15  # lines of a log that an error shows
_POLL: Final = 0.05


def run_to_end(
    layout: CloudLayout,
    name: str,
    command: Sequence[str],
    *,
    pause: Callable[[float], None],
    terminal: bool,
) -> None:
    """Run a command; its output goes to its own log, or to the terminal.

    Args:
        layout: The cloud it is run for.
        name: The name of its log, and of the command in messages.
        command: Program and arguments.
        pause: Waits some seconds; when it raises, the command is stopped.
        terminal: Whether the command may draw on the user's terminal.

    Raises:
        StartError: The command failed; the error has the end of its log.
    """
    layout.logs.mkdir(parents=True, exist_ok=True)
    with layout.log(name).open("wb") as log:
        output = None if terminal else log
        process = subprocess.Popen(
            ending_with_us(command),
            cwd=REPO_ROOT,
            # The user's whole environment: packaging may need their proxy and package index.
            env={**os.environ, **base_environment(layout), **artifacts.ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            while process.poll() is None:
                pause(_POLL)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode:
        raise failure(layout, name, f"{name} failed with code {process.returncode}")


def failure(layout: CloudLayout, name: str, message: str) -> StartError:
    """The error of a process or command, with the end of its log."""
    log = layout.log(name)
    return StartError(message, f"the whole log is {log}", detail=tail(log))


def tail(log: Path) -> str:
    """The last lines of a log, or nothing where there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-_TAIL:])
