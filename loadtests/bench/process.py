"""The parent's side of a subject's process."""

import json
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, Self

from localcloud.processes import ending_with_us

ROOT: Final = Path(__file__).parents[2]
_PATIENCE_S: Final = 120.0
_LAST_LINES: Final = 12


class SubjectError(Exception):
    """A subject's process ended, hung or answered nonsense; the message has its last words."""


class Process:
    """A child that answers JSON lines; what it logs goes to a file, as on Lambda to a pipe."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                ending_with_us(command),
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, **order: Any) -> dict[str, Any]:
        """Send an order and wait for its answer.

        Raises:
            SubjectError: There is none.
        """
        pipe = self._pipe(self._child.stdin)
        try:
            pipe.write(json.dumps(order) + "\n")
            pipe.flush()
        except OSError as error:
            raise self._failed("ended") from error
        return self.line()

    def line(self) -> dict[str, Any]:
        """The next line that it prints, as JSON.

        Raises:
            SubjectError: There is none, or it is no JSON.
        """
        watch = threading.Timer(_PATIENCE_S, self._child.kill)
        watch.start()
        try:
            text = self._pipe(self._child.stdout).readline()
        finally:
            watch.cancel()
        if not text:
            raise self._failed("ended or hung")
        try:
            value: dict[str, Any] = json.loads(text)
        except ValueError as error:
            raise self._failed(f"printed {text[:80]!r}") from error
        return value

    def close(self) -> None:
        """End the process."""
        if self._child.stdin:
            self._child.stdin.close()
        try:
            self._child.wait(2)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe

    def last_lines(self) -> str:
        """The last lines of its log."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-_LAST_LINES:])

    def _failed(self, how: str) -> SubjectError:
        return SubjectError(f"{self.name} {how}:\n{self.last_lines()}")
