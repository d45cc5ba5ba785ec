"""The latest runs of drills, with their timelines, as `carte drill` keeps them."""

import fcntl
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

RUNS: Final = "drills"
REPORT: Final = "report.json"
TIMELINE: Final = "timeline.jsonl"
LOCK: Final = "lock"
"""The file that a running drill holds locked, with the name of its run's folder."""
MOST_RUNS: Final = 12
MOST_MARKS: Final = 120  # of a run; those of faults and of the edge before those of the drill
MOST_BYTES: Final = 2 * 1024 * 1024  # of a file
_MOST_UNMET: Final = 12
_MOST_FAILURES: Final = 6
_MOST_REGIONS: Final = 40
_TEXT: Final = 200  # characters
_SECONDS: Final = 3  # decimals of a time


class DrillRuns:
    """Reads the runs; calls block. A run is read again when its files change."""

    def __init__(self, state_dir: Path) -> None:
        """Take the folder of the cloud; nothing is read yet, and runs need not exist."""
        self._folder = state_dir / RUNS
        self._known: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {}

    def latest(self) -> list[dict[str, Any]]:
        """Return the latest runs, the newest first.

        Each has `run` (the folder's name, which begins with the time in UTC), `drill`, `title`,
        `verdict` (null: there is no report, because the drill runs or was ended), `running`
        (whether the process of the drill is there), `began` and
        `ended` (seconds of the epoch, of the first mark and the last one; of a run without marks
        when its folder was made, if the name says it, else null), `lost_regions`, `unmet`
        (objectives), `failures` (requests that failed, by kind) and `marks`.
        """
        try:
            names = sorted(
                (one.name for one in self._folder.iterdir() if one.is_dir()), reverse=True
            )
        except OSError:  # no drill was run here
            return []
        self._known = {name: self._read(name) for name in names[:MOST_RUNS]}
        running = _running(self._folder / LOCK)
        return [{**run, "running": name == running} for name, (_, run) in self._known.items()]

    def _read(self, name: str) -> tuple[tuple[int, int], dict[str, Any]]:
        folder = self._folder / name
        changed = _changed(folder / REPORT), _changed(folder / TIMELINE)
        known = self._known.get(name)
        if known is not None and known[0] == changed:
            return known
        report = _report(folder / REPORT)
        marks = _marks(folder / TIMELINE)
        _, _, drill = name.partition("-")
        return changed, {
            "run": name,
            "drill": _text(report.get("drill")) or drill,
            "title": _text(report.get("title")) or drill,
            "verdict": _text(report.get("verdict")) or None,
            "began": marks[0]["at"] if marks else _created_s(name),
            "ended": marks[-1]["at"] if marks else _created_s(name),
            "lost_regions": [_text(one) for one in _list(report, "lost_regions")[:_MOST_REGIONS]],
            "unmet": _each(_list(report, "objectives"), _unmet, _MOST_UNMET),
            "failures": _each(_list(report, "failures"), _failure, _MOST_FAILURES),
            "marks": marks,
        }


def _running(lock: Path) -> str | None:
    """Return the name of the run whose process holds the lock; None: no drill runs.

    A lock ends with its process, so neither a killed drill nor another process that got its number
    is taken for a running one.
    """
    try:
        with lock.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return file.read(_TEXT).decode(errors="replace")
    except OSError:  # no drill was run here
        return None
    return None


def _created_s(name: str) -> float | None:
    """Return when a run's folder was made, by its name; seconds of the epoch."""
    try:
        made = datetime.fromisoformat(name.partition("-")[0])
    except ValueError:
        return None
    return made.timestamp() if made.tzinfo else None


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _content(path: Path) -> bytes:
    """The content of a file; empty where it cannot be read, or is larger than such files are."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError:
        return b""
    return content if len(content) <= MOST_BYTES else b""


def _report(path: Path) -> Mapping[str, Any]:
    try:
        report = orjson.loads(_content(path))
    except orjson.JSONDecodeError:  # there is none yet, or half of one
        return {}
    return report if isinstance(report, dict) else {}


def _marks(path: Path) -> list[dict[str, Any]]:
    """The marks of a run in order of time; lines that are still being written are left out."""
    marks = []
    for line in _content(path).splitlines():
        try:
            mark = orjson.loads(line)
            marks.append(
                {
                    "at": round(float(mark["at"]), _SECONDS),
                    "what": _text(mark["what"]),
                    "kind": _text(mark["kind"]),
                    "region": _text(mark.get("region")),
                    "text": _text(mark.get("text")),
                }
            )
        except (ValueError, TypeError, LookupError, AttributeError):
            continue
    # Where there are too many, what happened to the regions says more than what the drill did.
    marks.sort(key=lambda mark: mark["what"] == "step")
    return sorted(marks[:MOST_MARKS], key=lambda mark: mark["at"])


def _list(report: Mapping[str, Any], name: str) -> list[Any]:
    found = report.get(name)
    return found if isinstance(found, list) else []


def _each(
    found: list[Any], read: Callable[[Mapping[str, Any]], dict[str, Any] | None], most: int
) -> list[dict[str, Any]]:
    """Return what `read` makes of the objects of a list, at most so many."""
    made = [read(one) for one in found if isinstance(one, dict)]
    return [one for one in made if one is not None][:most]


def _unmet(objective: Mapping[str, Any]) -> dict[str, Any] | None:
    """An objective that was not met; None: it was."""
    if objective.get("met") is not False:
        return None
    return {
        "figure": _text(objective.get("figure")),
        "measured": _number(objective.get("measured")),
        "limit": _number(objective.get("limit")),
        "at_least": objective.get("at_least") is True,
    }


def _failure(kind: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "times": _number(kind.get("times")),
        "route": _text(kind.get("route")),
        "error": _text(kind.get("error")),
        "region": _text(kind.get("region")),
    }


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: Any) -> str:
    return value[:_TEXT] if isinstance(value, str) else ""
