"""Runs `carte` in the test's process, as its entry point does, and says how it ended."""

import contextlib
import io
import json
import sys
from typing import Any, NamedTuple
from unittest.mock import patch

from cli.main import main


class Ended(NamedTuple):
    """How a call of `carte` ended.

    Attributes:
        code: The exit code.
        stdout: What it printed.
        stderr: Likewise.
    """

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.stdout)


def carte(*words: str) -> Ended:
    """Run `carte` with these words."""
    stdout, stderr = io.StringIO(), io.StringIO()
    hook = sys.unraisablehook
    try:
        with (
            patch.object(sys, "argv", ["carte", *words]),
            contextlib.redirect_stdout(stdout),
            contextlib.redirect_stderr(stderr),
        ):
            try:
                main()
            except SystemExit as ended:
                code = ended.code
            else:
                raise AssertionError("it did not exit")
    finally:
        sys.unraisablehook = hook
    assert isinstance(code, int)
    return Ended(code, stdout.getvalue(), stderr.getvalue())
