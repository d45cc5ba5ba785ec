"""The upper lanes of the timeline: what was taken away, and what was decided about it."""

from collections.abc import Sequence
from typing import Final

from loadtests.drills.report.scale import WIDTH, TimeAxis
from loadtests.drills.timeline import Mark
from loadtests.reports.palette import DECISION, FAILED, FAULT, HEAL, INK
from loadtests.reports.svg import lane_title, line, rect, text

ROW: Final = 17
_LETTER: Final = 5.9
_GAP: Final = 12
_WORDS: Final = {
    "unhealthy": "{region} unhealthy",
    "healthy": "{region} healthy again",
    "drained": "{region} drained",
    "undrained": "{region} no longer drained",
    "shift": "{place}: {region} → {to}",
    "canary-failed": "canary: {region} shows no menu",
    "alarm": "{region}: {text}",
    "caught-up": "every region holds every write",
    "burst": "{text}",
    "without": "{text}",
}


def spans(marks: Sequence[Mark], end: float) -> list[tuple[Mark, float]]:
    """Every fault (and remedy) with when it was ended, or the end of the timeline."""
    found = []
    for mark in marks:
        began = mark.what == "fault" or (mark.what == "step" and mark.kind == "drain")
        if began:
            ended = next(
                (
                    one.at
                    for one in marks
                    if one.what == "heal"
                    and (one.kind, one.region) == (mark.kind, mark.region)
                    and one.at > mark.at
                ),
                end,
            )
            found.append((mark, ended))
    return found


def faults_lane(marks: Sequence[Mark], axis: TimeAxis, top: float) -> tuple[str, float]:
    """A bar for everything that was taken away; returns it and its height."""
    drawn = [lane_title(top + 12, "taken away")]
    rows = spans(marks, axis.end)
    for number, (mark, ended) in enumerate(rows):
        y = top + number * ROW
        x, width = axis.x(mark.at), max(axis.x(ended) - axis.x(mark.at), 2)
        remedy = mark.what == "step"
        fill = DECISION if remedy else FAILED
        words = f"{mark.kind} {mark.region}".strip() + (" (remedy)" if remedy else "")
        seconds = f"{words}: {ended - mark.at:.1f} s"
        drawn.append(rect(x, y + 2, width, ROW - 5, fill, title=seconds, extra=' rx="2"'))
        if width > len(words) * _LETTER + 8:
            drawn.append(text(x + 5, y + 11.5, words, fill="#fff", size=10))
        elif x + width + len(words) * _LETTER < WIDTH:
            drawn.append(text(x + width + 4, y + 11.5, words, size=10))
        else:
            drawn.append(text(x - 4, y + 11.5, words, anchor="end", size=10))
    return "".join(drawn), max(len(rows), 1) * ROW


def decisions_lane(
    marks: Sequence[Mark], axis: TimeAxis, top: float, foot: float
) -> tuple[str, float]:
    """A flag for every decision, in as many rows as keep them apart; returns it and its height."""
    drawn = [lane_title(top + 12, "decided")]
    ends: list[float] = []
    for mark in marks:
        words = words_of(mark)
        if not words or not axis.begin <= mark.at <= axis.end:
            continue
        x, width = axis.x(mark.at), len(words) * _LETTER
        left = x + width + 6 > WIDTH
        begin = x - width - 6 if left else x
        row = next((at for at, end in enumerate(ends) if end + _GAP < begin), len(ends))
        ends[row : row + 1] = [x if left else x + width]
        y = top + row * ROW
        colour = _colour(mark)
        drawn.append(line(x, y + 3, x, foot, colour, ' stroke-opacity="0.35"'))
        anchor = "end" if left else "start"
        drawn.append(text(x - 4 if left else x + 4, y + 12, words, anchor=anchor, fill=colour))
        drawn.append(rect(x - 1.5, y + 3, 3, 11, colour))
    return "".join(drawn), max(len(ends), 1) * ROW


def words_of(mark: Mark) -> str:
    """An event for people; empty for what the timeline leaves out."""
    if mark.kind == "fail-open":
        on = mark.details.get("on")
        return f"{mark.details.get('place', '')}: fail-open {'begins' if on else 'ends'}"
    pattern = _WORDS.get(mark.kind)
    if pattern is None or mark.what in {"fault", "heal"}:
        return ""
    names = {"place": "", "to": "", **mark.details, "region": mark.region, "text": mark.text}
    return pattern.format(**names)


def _colour(mark: Mark) -> str:
    if mark.kind in {"healthy", "undrained", "caught-up"}:
        return HEAL
    if mark.kind in {"alarm", "unhealthy", "canary-failed"}:
        return FAILED
    return DECISION if mark.what == "edge" else INK


def shading(marks: Sequence[Mark], axis: TimeAxis, top: float, foot: float) -> str:
    """The time of faults, as a band behind the lanes."""
    return "".join(
        rect(axis.x(mark.at), top, max(axis.x(end) - axis.x(mark.at), 1), foot - top, FAULT)
        for mark, end in spans(marks, axis.end)
        if mark.what == "fault"
    )
