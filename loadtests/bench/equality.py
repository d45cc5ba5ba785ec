"""Compares a subject's answer with carte's: a subject that answers another menu is not timed."""

import json
from collections.abc import Callable
from typing import Any, Final

from loadtests.bench.process import Process
from loadtests.bench.subject import MISS

_OK: Final = 200
# The answer says whether a store is open: the clock may tick between two subjects.
_TRIES: Final = 2


class UnequalAnswerError(Exception):
    """A subject answered something else than carte; the message says where they differ."""


def check(name: str, scenario: str, subject: Process, reference: Process, store: str) -> None:
    """Compare a subject's answer with carte's.

    Raises:
        UnequalAnswerError: They differ.
    """
    found = subject.ask(do="answer", scenario=scenario, stores=[store])
    difference: str | None = None
    for _ in range(_TRIES):
        difference = _difference(found, reference.ask(do="answer", scenario=MISS, stores=[store]))
        if difference is None:
            return
        found = subject.ask(do="answer", scenario=scenario, stores=[store])
    raise UnequalAnswerError(f"{name} ({scenario}) answers another menu of {store}: {difference}")


def _difference(found: dict[str, Any], expected: dict[str, Any]) -> str | None:
    if found["status"] != _OK:
        return f"status {found['status']}: {found['body'][:300]}"
    try:
        answer = json.loads(found["body"])
    except ValueError:
        return f"no JSON: {found['body'][:80]!r}"
    wanted = json.loads(expected["body"])
    if not wanted.get("data", {}).get("menu", {}).get("categories"):
        return f"carte itself has no menu: {expected['body'][:300]}"
    return unequal(answer, wanted)


def unequal(found: Any, expected: Any, path: str = "$") -> str | None:
    """The first place where two JSON values differ; None: they are equal.

    The order of members does not matter, and neither does how a number is written.
    """
    if isinstance(found, dict) and isinstance(expected, dict):
        if found.keys() != expected.keys():
            return f"{path} has {sorted(found)}, not {sorted(expected)}"
        return _first(found.keys(), lambda key: unequal(found[key], expected[key], f"{path}.{key}"))
    if isinstance(found, list) and isinstance(expected, list):
        if len(found) != len(expected):
            return f"{path} has {len(found)} elements, not {len(expected)}"
        return _first(
            range(len(found)), lambda at: unequal(found[at], expected[at], f"{path}[{at}]")
        )
    same = found == expected and isinstance(found, bool) == isinstance(expected, bool)
    return None if same else f"{path} is {found!r}, not {expected!r}"


def _first(keys: Any, difference: Callable[[Any], str | None]) -> str | None:
    return next(filter(None, map(difference, keys)), None)
