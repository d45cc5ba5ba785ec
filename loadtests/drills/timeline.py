"""The timeline of a drill: a file that actions, probes and the observer append events to."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import orjson

# fault: something was taken away; heal: it was given back; edge: the edge decided something;
# step: the drill did or found something.
What = Literal["fault", "heal", "edge", "step"]
FILE: Final = "timeline.jsonl"


@dataclass(frozen=True, slots=True)
class Mark:
    """An event of a drill: a fault, its end, or a decision of the edge.

    Attributes:
        at: Seconds of the epoch.
        kind: The kind of fault, the edge's event, or the step's name.
        region: The region that it is about; empty: all or none.
        text: For people.
    """

    at: float
    what: What
    kind: str
    region: str = ""
    text: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class Timeline:
    """The marks of one run. Appending is atomic, so several threads and processes may."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, mark: Mark) -> None:
        """Append a mark."""
        with self._path.open("ab") as file:
            file.write(orjson.dumps(mark, option=orjson.OPT_APPEND_NEWLINE))

    def mark(
        self,
        what: What,
        kind: str,
        region: str = "",
        text: str = "",
        *,
        at: float | None = None,
        **details: Any,
    ) -> None:
        """Append what happens now, or happened at `at`."""
        self.add(Mark(time.time() if at is None else at, what, kind, region, text, details))

    def read(self) -> list[Mark]:
        """All marks, by time."""
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().splitlines(keepends=True)
        marks = [Mark(**orjson.loads(line)) for line in lines if line.endswith(b"\n")]
        return sorted(marks, key=lambda mark: mark.at)


def timeline_of(run_dir: str | None) -> Timeline | None:
    """The timeline of a run; None where an experiment runs without `carte drill`."""
    return Timeline(Path(run_dir) / FILE) if run_dir else None
