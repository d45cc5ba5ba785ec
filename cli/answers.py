"""The one JSON object that a command with `--json` prints: what it found out, and why it failed.

A command may fail after it has printed its answer, such as an import that ends at its second file.
So `main` holds the answer back until the command has ended, and both are one object:
`{..., "error": {"message", "hint", "detail", "exitCode"}}`. Whoever reads the standard output finds
an error there whatever the command was, and whether it had begun or not; people read the same on
stderr.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

_OPTION: Final = "--json"
_END_OF_OPTIONS: Final = "--"


@dataclass(slots=True)
class Answer:
    """What a command answers a program.

    Attributes:
        found: What it printed by `print_json`.
        error: Why it failed; None: it did not.
    """

    found: list[Any] = field(default_factory=list)
    error: dict[str, Any] | None = None

    def fail(self, code: int, message: str, hint: str = "", detail: str = "") -> None:
        """Note why the command failed.

        Args:
            code: The exit code.
            message: What happened.
            hint: What to do next; empty where nothing can be advised.
            detail: Evidence of many lines.
        """
        self.error = {
            "message": message,
            "hint": hint or None,
            "detail": detail or None,
            "exitCode": code,
        }

    def print(self) -> None:
        """Print it; nothing where there is none, as after `--help`."""
        found, error = self.found, {} if self.error is None else {"error": self.error}
        if len(found) == 1 and isinstance(found[0], dict):
            _print({**found[0], **error})
            return
        for one in [*found, *([error] if error else [])]:
            _print(one)


_HELD: ContextVar[Answer | None] = ContextVar("held", default=None)


def wants_json(arguments: Sequence[str]) -> bool:
    """Return whether the arguments of a call ask for an answer in JSON."""
    words = list(arguments)
    if _END_OF_OPTIONS in words:
        words = words[: words.index(_END_OF_OPTIONS)]
    return _OPTION in words


@contextmanager
def one_object(*, held: bool) -> Iterator[Answer]:
    """Hold back what the block prints by `print_json`, and print it with the error at its end.

    Args:
        held: Whether a program reads the answer; else it is printed at once, and no error.
    """
    answer = Answer()
    if not held:
        yield answer
        return
    before = _HELD.set(answer)
    try:
        yield answer
    finally:
        _HELD.reset(before)
        answer.print()


def print_json(answer: Any) -> None:
    """Print the answer for a program: one JSON object on stdout, nothing else."""
    held = _HELD.get()
    if held is None:
        _print(answer)
    else:
        held.found.append(answer)


def _print(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))
