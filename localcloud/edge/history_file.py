"""The file that keeps the history over a restart of the edge: one JSON object a line.

A line is written for each minute and each event. A line that cannot be read, as the last one of an
edge that was killed, is left out; the others count.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from localcloud.edge.history import MOST_EVENTS, MOST_MINUTES, STATES, Point, RegionFigures
from localcloud.json_log import EventLog

_LOG: Final = EventLog("edge")

FILE: Final = "edge-history.jsonl"
# A day of eight regions has about 1 MB; the file is written anew before it has twice as many lines.
_MOST_BYTES: Final = 8 * 1024 * 1024
_MOST_LINES: Final = 2 * (MOST_MINUTES + MOST_EVENTS)
_COUNTS: Final = ("requests", "failed", "answers", "hits")
_MOST_REGIONS: Final = 40


class HistoryFile:
    """Reads and writes the file; calls block. A disk that is full costs the history alone."""

    def __init__(self, state_dir: Path) -> None:
        """Take the folder of the file; nothing is read or written yet."""
        self._path = state_dir / FILE
        self._lines: int | None = None  # not known, and its end may be damaged: made anew
        self._failing = False

    def read(self) -> tuple[list[Point], list[dict[str, Any]]]:
        """Return the minutes and the events that are kept, each in order of time."""
        points: list[Point] = []
        events: list[dict[str, Any]] = []
        unreadable = 0
        for line in self._content().splitlines():
            try:
                found = _read_line(line)
            except (ValueError, TypeError, LookupError):
                unreadable += 1
                continue
            if isinstance(found, Point):
                points.append(found)
            else:
                events.append(found)
        if unreadable:
            _LOG.warning("lines of the history cannot be read", lines=unreadable)
        # Whatever the clock did between two runs.
        points.sort(key=lambda one: one.at)
        events.sort(key=lambda one: one["at"])
        return points[-MOST_MINUTES:], events[-MOST_EVENTS:]

    def write(
        self,
        new: Sequence[Point | Mapping[str, Any]],
        whole: Iterable[Point | Mapping[str, Any]],
    ) -> None:
        """Append what is new, or, where the file has become long, write all of it anew.

        Args:
            new: Minutes and events since the last call.
            whole: All that is to be kept, `new` included.
        """
        try:
            if self._lines is None or self._lines + len(new) > _MOST_LINES:
                self._rewrite(list(whole))
            else:
                with self._path.open("ab") as file:
                    file.write(b"".join(map(_line, new)))
                self._lines += len(new)
            self._failing = False
        except OSError as error:
            if not self._failing:
                _LOG.warning("the history cannot be written", error=str(error))
            self._failing = True
            self._lines = None

    def _rewrite(self, whole: Sequence[Point | Mapping[str, Any]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".draft")
        draft.write_bytes(b"".join(map(_line, whole)))
        draft.replace(self._path)
        self._lines = len(whole)

    def _content(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - _MOST_BYTES))
                return file.read()
        except FileNotFoundError:
            return b""
        except OSError as error:
            _LOG.warning("the history cannot be read", error=str(error))
            return b""


def _line(what: Point | Mapping[str, Any]) -> bytes:
    if isinstance(what, Point):
        content: Any = {
            "minute": what.at,
            "seconds": what.seconds,
            "regions": {name: list(one) for name, one in what.regions.items()},
        }
    else:
        content = {"event": what}
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def _read_line(line: bytes) -> Point | dict[str, Any]:
    """Return what a line holds.

    Raises:
        ValueError, TypeError, LookupError: It holds neither a minute nor an event.
    """
    content = orjson.loads(line)
    if "event" in content:
        event = content["event"]
        return {**event, "at": _number(event["at"]), "kind": str(event["kind"])}
    regions = dict(content["regions"])
    if len(regions) > _MOST_REGIONS:
        raise ValueError("more regions than there are")
    return Point(
        _number(content["minute"]),
        _number(content["seconds"]),
        {name: _figures(values) for name, values in regions.items()},
    )


def _figures(values: Any) -> RegionFigures:
    named = dict(zip(RegionFigures._fields, values, strict=True))
    for name, value in named.items():
        if value is not None or name in _COUNTS:
            _number(value)
    if not isinstance(named["state"], int) or named["state"] not in range(len(STATES)):
        raise ValueError("no such state")
    return RegionFigures(**named)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value!r} is no count and no time")
    return value
