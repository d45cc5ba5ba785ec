"""The history of a day: what is kept, how it is read back in steps, and what a restart finds."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from localcloud.edge import history_file
from localcloud.edge.history import (
    DAY_S,
    MOST_EVENTS,
    MOST_MINUTES,
    SAMPLE_S,
    History,
    Point,
    RegionFigures,
    merge,
)
from localcloud.edge.history_file import FILE, HistoryFile
from localcloud.histogram import Histogram

NOON = 1_800_000_000.0  # on a minute
HERE, FAR = "us-east-1", "eu-west-1"


def times(*milliseconds: float) -> Histogram:
    found = Histogram()
    for one in milliseconds:
        found.add(one)
    return found


def point(at: float, **figures: Any) -> Point:
    return Point(at, SAMPLE_S, {HERE: RegionFigures(**figures), FAR: RegionFigures()})


class Clock:
    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def filled(clock: Clock, samples: int, **figures: Any) -> History:
    """A history of so many samples until now; each has an answer of 10 ms."""
    history = History(clock=clock)
    begin = clock.now - samples * SAMPLE_S
    for number in range(samples):
        history.add(point(begin + number * SAMPLE_S, **figures), {HERE: times(10.0)})
    return history


@functools.cache
def whole_day(past: float) -> History:
    """A history that is full, read so many seconds after a minute began; tests only read it."""
    return filled(Clock(NOON + past), round(DAY_S / SAMPLE_S), requests=1)


def test_an_hour_is_read_in_steps_with_sums_and_the_worst_state() -> None:
    clock = Clock()
    history = History(clock=clock)
    calm = {"requests": 20, "answers": 25, "hits": 5, "lag": 0.2}
    history.add(point(NOON - 60, **calm), {HERE: times(*[10.0] * 20)})
    history.add(point(NOON - 50, **calm, failed=3, state=2), {HERE: times(*[400.0] * 20)})
    history.add(point(NOON - 40, **calm), {HERE: times(*[10.0] * 20)})
    read = history.reading(60, [HERE, FAR])
    assert read["step_seconds"] == 30
    at = read["at"].index(NOON - 60)
    here = {name: column[at] for name, column in read["regions"][HERE].items()}
    assert here["requests"] == 60
    assert (here["failed"], here["answers"], here["hits"], here["lag"]) == (3, 75, 15, 0.2)
    assert here["state"] == "unhealthy"
    # The percentiles are those of the slowest ten seconds, all three of them.
    assert here["p50"] == pytest.approx(400, rel=0.03)
    assert here["p99"] == pytest.approx(400, rel=0.03)
    assert read["seconds"][at] == 30
    assert read["regions"][FAR]["p99"][at] is None
    # What nobody observed is no zero.
    assert read["regions"][HERE]["requests"][0] is None
    assert read["seconds"][0] == 0


def test_a_sample_that_begins_a_little_early_or_late_does_not_leave_a_gap() -> None:
    history = History(clock=Clock())
    for number in range(6):
        off = 0.4 if number % 2 else -0.4
        history.add(point(NOON - 60 + number * 10 + off, requests=1), {})
    read = history.reading(15, [HERE])
    assert read["step_seconds"] == 10
    first = read["at"].index(NOON - 60)
    assert read["regions"][HERE]["requests"][first : first + 6] == [1] * 6


def test_minutes_of_the_same_run_do_not_make_steps_longer() -> None:
    read = filled(Clock(NOON + 30), 15, requests=1).reading(15, [HERE])
    assert read["step_seconds"] == 10
    assert sum(one or 0 for one in read["regions"][HERE]["requests"]) == 15


def test_events_before_the_time_that_is_read_are_left_out() -> None:
    history = History(clock=Clock())
    for at in (NOON - 901, NOON - 900, NOON - 1):
        history.note({"at": at, "kind": "purge"})
    assert [one["at"] for one in history.reading(15, [])["events"]] == [NOON - 900, NOON - 1]


def test_a_sample_of_a_busy_machine_does_not_make_all_steps_longer() -> None:
    history = History(clock=Clock())
    history.add(Point(NOON - 60, 34.9, {HERE: RegionFigures(requests=5)}), {})
    history.add(point(NOON - 20, requests=1), {})
    read = history.reading(15, [HERE])
    assert read["step_seconds"] == 10
    assert [one for one in read["seconds"] if one] == [34.9, 10]


@pytest.mark.parametrize("past", [0, 7.3, 30, 50])
@pytest.mark.parametrize("minutes", [1, 15, 60, 61, 115, 360, 1439, MOST_MINUTES])
def test_a_reading_has_a_bounded_number_of_steps_and_counts_each_request_once(
    minutes: int, past: float
) -> None:
    read = whole_day(past).reading(minutes, [HERE])
    assert len(read["at"]) <= 181
    counted = sum(one or 0 for one in read["regions"][HERE]["requests"])
    # The minute in which the time begins is left out.
    assert minutes * 6 - 6 <= counted <= minutes * 6
    assert max(read["seconds"]) <= read["step_seconds"]


def test_the_minute_of_an_earlier_run_does_not_hide_the_points_after_it() -> None:
    clock = Clock(NOON + 3600)
    before = Point(NOON - 60, 60.0, {HERE: RegionFigures(requests=5)})
    ended = Point(NOON, 20.0, {HERE: RegionFigures(requests=7)})
    history = History([before, ended], clock=clock)
    for number in range(3, 360):
        history.add(point(NOON + number * SAMPLE_S, requests=1), {})
    read = history.reading(90, [HERE])
    assert sum(one or 0 for one in read["regions"][HERE]["requests"]) == 5 + 7 + 357


def test_what_is_kept_is_bounded() -> None:
    clock = Clock()
    history = filled(clock, 3 * round(DAY_S / SAMPLE_S), requests=1)
    for _ in range(3 * MOST_EVENTS):
        history.note({"at": NOON, "kind": "purge", "tags": ["x" * 5000] * 50, "why": "y" * 5000})
    assert len(history.points) == 360
    assert len(history.minutes) == MOST_MINUTES
    assert len(history.events) == MOST_EVENTS
    assert len(json.dumps(history.events[0])) < 1000
    assert len(history.reading(MOST_MINUTES, [HERE])["events"]) == 300


def test_a_minute_has_the_percentiles_of_all_its_answers() -> None:
    history = History(clock=Clock())
    for number in range(6):
        slow = [900.0] * 10 if number == 0 else []
        history.add(point(NOON - 60 + 10 * number), {HERE: times(*[10.0] * 100, *slow)})
    closed = history.close_minute()
    assert closed is not None
    here = closed.regions[HERE]
    assert here.p50 == pytest.approx(10, rel=0.03)
    assert here.p95 == pytest.approx(10, rel=0.03)  # 10 of 610: the slowest ten seconds had 9 %
    assert here.p99 == pytest.approx(900, rel=0.03)
    assert history.close_minute() is None


def test_counts_that_were_read_once_a_minute_are_added_and_missing_ones_stay_unknown() -> None:
    merged = merge([point(0, repairs=2), point(10), point(20, repairs=3, lag=1.5)])
    assert merged.regions[HERE].repairs == 5
    assert merged.regions[HERE].orders is None
    assert merged.regions[HERE].lag == 1.5
    assert merged.seconds == 3 * SAMPLE_S


def write(folder: Path, history: History) -> None:
    HistoryFile(folder).write([], [*history.minutes, *history.events])


def test_a_restart_finds_the_minutes_and_the_events(tmp_path: Path) -> None:
    clock = Clock()
    before = filled(clock, 60, requests=7, failed=1, lag=0.25, repairs=1)
    before.close_minute()
    event = {"at": NOON - 30, "kind": "drain", "region": FAR, "drained": True}
    before.note(event)
    file = HistoryFile(tmp_path / "new")
    file.write([], [*before.minutes, *before.events])
    later = Point(NOON, 60.0, {HERE: RegionFigures(requests=9)})
    file.write([later], [])
    minutes, events = HistoryFile(tmp_path / "new").read()
    assert minutes == [*before.minutes, later]
    assert events == [event]
    clock.now = NOON + 60
    after = History(minutes, events, clock=clock)
    read = after.reading(15, [HERE])
    assert read["step_seconds"] == 60  # minutes are not spread over steps of ten seconds
    assert read["events"] == [event]
    assert sum(one or 0 for one in read["regions"][HERE]["requests"]) == 60 * 7 + 9


def test_what_is_older_than_a_day_or_to_come_is_forgotten() -> None:
    old, now, ahead = (Point(NOON + at, 60.0, {}) for at in (-DAY_S - 60, -60, 3600))
    events = [{"at": one.at, "kind": "purge"} for one in (old, now, ahead)]
    history = History([old, now, ahead], events, clock=Clock())
    assert list(history.minutes) == [now]
    assert [one["at"] for one in history.events] == [now.at]


GOOD = '{"minute":%d,"seconds":60.0,"regions":{"us-east-1":[1,0,1,0,1.0,2.0,3.0,0,null,null,null]}}'


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "17",
        "null",
        '"x"',
        "[]",
        "{}",
        '{"minute":1}',
        '{"minute":"x","seconds":60,"regions":{}}',
        '{"minute":1,"seconds":-60,"regions":{}}',
        '{"minute":1,"seconds":60,"regions":[1]}',
        '{"minute":1,"seconds":60,"regions":{"a":[1,2,3]}}',
        '{"minute":1,"seconds":60,"regions":{"a":[1,0,1,0,1,2,3,7,null,null,null]}}',
        '{"minute":1,"seconds":60,"regions":{"a":[1,0,1,0,1,2,3,1.0,null,null,null]}}',
        '{"minute":1,"seconds":60,"regions":{"a":[null,0,1,0,1,2,3,0,null,null,null]}}',
        '{"minute":1,"seconds":60,"regions":{"a":[1,0,1,0,"1",2,3,0,null,null,null]}}',
        '{"minute":1,"seconds":60,"regions":{'
        + ",".join(f'"{at}":[1,0,1,0,1,2,3,0,null,null,null]' for at in range(41))
        + "}}",
        '{"event":{"kind":"purge"}}',
        '{"event":{"at":true,"kind":"purge"}}',
        '{"event":null}',
        "\x00\x00\x00\x00",
    ],
)
def test_a_damaged_line_costs_that_line_alone(tmp_path: Path, damage: str) -> None:
    (tmp_path / FILE).write_text("\n".join([GOOD % NOON, damage, GOOD % (NOON + 60), ""]))
    minutes, events = HistoryFile(tmp_path).read()
    assert [one.at for one in minutes] == [NOON, NOON + 60]
    assert events == []


def test_a_line_that_was_cut_off_does_not_swallow_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_text(GOOD % NOON + "\n" + (GOOD % (NOON + 60))[:40])
    file = HistoryFile(tmp_path)
    minutes, _ = file.read()
    assert len(minutes) == 1
    file.write([minutes[0]], minutes)  # the first writing of a run makes the file anew
    file.write([Point(NOON + 120, 60.0, {})], [])
    assert [one.at for one in HistoryFile(tmp_path).read()[0]] == [NOON, NOON + 120]


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    file = HistoryFile(tmp_path)
    kept: list[Point] = []
    for number in range(3 * (MOST_MINUTES + MOST_EVENTS)):
        kept = [*kept, Point(NOON + 60 * number, 60.0, {})][-MOST_MINUTES:]
        file.write([kept[-1]], kept)
    lines = (tmp_path / FILE).read_bytes().count(b"\n")
    assert lines <= 2 * (MOST_MINUTES + MOST_EVENTS)
    assert HistoryFile(tmp_path).read()[0] == kept


def test_a_disk_that_takes_nothing_stops_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    file = HistoryFile(blocked / "folder")
    file.write([Point(NOON, 60.0, {})], [Point(NOON, 60.0, {})])
    assert file.read() == ([], [])
    (tmp_path / FILE).mkdir()
    assert HistoryFile(tmp_path).read() == ([], [])


def test_what_could_not_be_written_is_written_when_the_disk_takes_it(tmp_path: Path) -> None:
    minutes = [Point(NOON + 60 * at, 60.0, {}) for at in range(3)]
    file = HistoryFile(tmp_path)
    file.write(minutes[:1], minutes[:1])
    (tmp_path / FILE).rename(tmp_path / "away")
    (tmp_path / FILE).mkdir()
    file.write(minutes[1:2], minutes[:2])
    (tmp_path / FILE).rmdir()
    file.write(minutes[2:], minutes)
    assert HistoryFile(tmp_path).read()[0] == minutes


def test_of_a_file_that_is_too_large_the_end_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [GOOD % (NOON + 60 * at) for at in range(9)]
    (tmp_path / FILE).write_text("\n".join([*lines, ""]))
    monkeypatch.setattr(history_file, "_MOST_BYTES", 3 * len(lines[0]))
    assert [one.at for one in HistoryFile(tmp_path).read()[0]] == [NOON + 420, NOON + 480]
